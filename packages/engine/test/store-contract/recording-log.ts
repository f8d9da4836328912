import type { Log } from '../../src/ports/log.ts'

/** A log whose messages can be looked at. */
export function recordingLog(): { log: Log; logged: string[] } {
  const logged: string[] = []
  const record = (_: object, message: string) => void logged.push(message)
  return { log: { debug: record, info: record, warn: record, error: record }, logged }
}
