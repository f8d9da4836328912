import { startTimer, type TimerOptions } from './timer.ts'

export interface WaitOptions extends TimerOptions {
  signal?: AbortSignal | null | undefined
}

/** Resolves when the time is over (any that `startTimer` takes); rejects with the signal's reason as soon as that aborts. */
export function wait(milliseconds: number, { signal, ...options }: WaitOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const callOff = startTimer(milliseconds, end, options)
    signal?.addEventListener('abort', giveUp, { once: true })

    function end(): void {
      signal?.removeEventListener('abort', giveUp)
      resolve()
    }

    function giveUp(): void {
      callOff()
      reject(signal?.reason)
    }
  })
}
