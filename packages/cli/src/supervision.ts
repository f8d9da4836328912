/**
 * What a process that `opscore dev` started and `opscore dev` say to each other, over Node's channel between parent and
 * child. The channel also tells the child when its parent is gone, however that happened.
 */

/** The child works. `apiKeyFile` where it generated a key. */
export interface ReadyMessage {
  type: 'ready'
  apiKeyFile?: string
}

/** The child cannot start; `portInUse` where that is why. */
export interface FailedMessage {
  type: 'failed'
  /** What it told people. */
  lines: readonly string[]
  portInUse?: number
}

export type SupervisionMessage = ReadyMessage | FailedMessage

export function isSupervisionMessage(value: unknown): value is SupervisionMessage {
  return (
    typeof value === 'object' && value !== null && 'type' in value && ['ready', 'failed'].includes(String(value.type))
  )
}

/**
 * Ends this process at once when its parent is gone: nobody is left who could ask it to drain, and what it acknowledged is
 * on disk.
 */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit(1))
}

/** Tells the parent, where there is one. */
export function tellParent(message: SupervisionMessage): void {
  if (process.connected) process.send?.(message)
}
