import { startTimer, type TimerOptions } from './timer.ts'

export interface TimeLimit {
  /** Aborts when the time is over, and only then. */
  readonly signal: AbortSignal
  /** Lifts the limit: what was to end within it has ended. */
  lift(): void
}

/** A limit for something that takes an `AbortSignal`: any time that `startTimer` takes; with `Infinity` there is none. */
export function timeLimit(milliseconds: number, options: TimerOptions = {}): TimeLimit {
  const over = new AbortController()
  const reason = () => new DOMException(`It took longer than ${milliseconds} ms.`, 'TimeoutError')
  const lift = startTimer(milliseconds, () => over.abort(reason()), options)
  return { signal: over.signal, lift }
}
