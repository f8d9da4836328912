/** The longest time that a timer of JavaScript can hold, in milliseconds: a longer one would go off at once. */
const LONGEST_TIMER = 2 ** 31 - 1

export interface TimerOptions {
  /** `false`: a process that has nothing else to do ends before the time is over. `true` by default. */
  keepAlive?: boolean
}

/**
 * Calls `run` once when the time is over, and returns what calls that off. Any time will do: 0 and less is over in the next
 * turn, `Infinity` never, and one beyond 2^31-1 ms when it is.
 * @throws TypeError where the time is no number
 */
export function startTimer(milliseconds: number, run: () => void, { keepAlive = true }: TimerOptions = {}): () => void {
  let timer = arm(checked(milliseconds))

  function arm(left: number): ReturnType<typeof setTimeout> {
    const over = () => {
      if (left <= LONGEST_TIMER) run()
      else timer = arm(left - LONGEST_TIMER)
    }
    const armed = setTimeout(over, Math.max(0, Math.min(left, LONGEST_TIMER)))
    // A browser's timer is a number.
    if (!keepAlive && typeof armed === 'object') armed.unref()
    return armed
  }

  return () => clearTimeout(timer)
}

/** Calls `run` each time that the interval has gone by, and returns what ends that. @throws TypeError as `startTimer` */
export function startInterval(milliseconds: number, run: () => void, options: TimerOptions = {}): () => void {
  let callOff = startTimer(milliseconds, again, options)

  function again(): void {
    callOff = startTimer(milliseconds, again, options)
    run()
  }

  return () => callOff()
}

/** A timer of JavaScript takes what is no number for 0. */
function checked(milliseconds: number): number {
  if (typeof milliseconds === 'number' && !Number.isNaN(milliseconds)) return milliseconds
  throw new TypeError(`A time is a number of milliseconds; this is ${String(milliseconds)}.`)
}
