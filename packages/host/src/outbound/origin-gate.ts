import { OutboundError } from './outbound-error.ts'

export interface OriginGateOptions {
  /** At once in all. */
  total: number
  /** At once to one origin. */
  limitOf(origin: string): number
  /** Waiting at once for one origin. */
  queueLimit: number
}

/** Who may go out. Each `enter` that resolves is followed by one `leave`. */
export interface OriginGate {
  /** Resolves when there is room. Throws `OutboundError`: `crowded` where too many wait, `aborted` by the signal. */
  enter(origin: string, signal?: AbortSignal): Promise<void>
  leave(origin: string): void
}

interface Line {
  readonly limit: number
  active: number
  readonly waiting: (() => void)[]
}

/**
 * Bounds how many requests are under way, so that an agent that hangs holds its own places and nobody else's.
 *
 * Invariants: (1) a line is in `stalled` exactly while somebody waits in it though its own limit has room; (2) while
 * there is room in all, nothing is stalled; (3) stalled lines take turns, so a long one starves none.
 */
export function createOriginGate({ total, limitOf, queueLimit }: OriginGateOptions): OriginGate {
  const lines = new Map<string, Line>()
  const stalled = new Set<Line>()
  let active = 0

  function lineOf(origin: string): Line {
    const line = lines.get(origin) ?? { limit: limitOf(origin), active: 0, waiting: [] }
    lines.set(origin, line)
    return line
  }

  function take(line: Line): void {
    line.active += 1
    active += 1
  }

  function admit(): void {
    for (const line of stalled) {
      if (active >= total) return
      stalled.delete(line)
      const next = line.waiting.shift()
      if (next === undefined) continue
      take(line)
      next()
      if (line.waiting.length > 0 && line.active < line.limit) stalled.add(line)
    }
  }

  function forget(origin: string, line: Line): void {
    if (line.active === 0 && line.waiting.length === 0) {
      stalled.delete(line)
      lines.delete(origin)
    }
  }

  function wait(origin: string, line: Line, signal: AbortSignal | undefined): Promise<void> {
    const turn = waitInLine(line, signal, () => forget(origin, line))
    if (line.active < line.limit) stalled.add(line)
    return turn
  }

  return {
    async enter(origin, signal) {
      const line = lineOf(origin)
      if (line.waiting.length === 0 && line.active < line.limit && active < total) {
        take(line)
        return
      }
      if (line.waiting.length >= queueLimit) {
        throw new OutboundError('crowded', `${queueLimit} requests wait for ${origin} already`)
      }
      await wait(origin, line, signal)
    },
    leave(origin) {
      const line = lines.get(origin)
      if (line === undefined) return
      line.active -= 1
      active -= 1
      if (line.waiting.length > 0) stalled.add(line)
      else forget(origin, line)
      admit()
    },
  }
}

/** Resolves when it is this one's turn. `left` is called where the signal takes it out of the line before. */
function waitInLine(line: Line, signal: AbortSignal | undefined, left: () => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const go = () => {
    signal?.removeEventListener('abort', giveUp)
    resolve()
  }
  const giveUp = () => {
    line.waiting.splice(line.waiting.indexOf(go), 1)
    left()
    reject(new OutboundError('aborted', 'The request was given up while it waited', { cause: signal?.reason }))
  }
  line.waiting.push(go)
  signal?.addEventListener('abort', giveUp, { once: true })
  return promise
}
