import type { VirtualClock } from './virtual-world.ts'

/** One life of a process: what was under way when it ended never goes on. */
export interface Life {
  over: boolean
  /** While it stands still (SIGSTOP): resolves when it goes on. */
  stopped: Promise<void> | null
}

export const never = <T>(): Promise<T> => new Promise(() => {})

/** A process runs, so that it can send something or hear of it: waits while it stands still, for ever where it is over. */
export async function running(life: Life): Promise<void> {
  while (life.stopped) await life.stopped
  if (life.over) await never()
}

/** It does nothing for so long, and then goes on where it was, not knowing of it. */
export function stopFor(life: Life, ms: number, clock: VirtualClock): void {
  if (life.over || life.stopped) return
  const { promise, resolve } = Promise.withResolvers<void>()
  life.stopped = promise
  clock.at(clock.now() + ms, () => {
    life.stopped = null
    resolve()
  })
}
