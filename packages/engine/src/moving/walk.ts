/** Goes through many rows without keeping the process from its signals, or a person from knowing how far it is. */
import { setImmediate as nextTurn } from 'node:timers/promises'

export interface Progress {
  /** Both sides are read to be compared. */
  doing:
    | 'copying'
    | 'reading the source:'
    | 'reading the target:'
    | 'writing'
    | 'restoring'
    | 'reading what was restored:'
  what: string
  done: number
}

/** Rows of one kind may come in several walks: they are counted together. */
export type Walk = <T>(what: string, rows: Iterable<T>, visit: (row: T) => void | Promise<void>) => Promise<void>

/** Rows of one turn: some tens of milliseconds at most. */
const ROWS = 500

/** @throws what `signal` was aborted with */
export function createWalk(
  doing: Progress['doing'],
  { signal, tell }: { signal: AbortSignal; tell: (progress: Progress) => void },
): Walk {
  const counts = new Map<string, number>()
  return async (what, rows, visit) => {
    let done = counts.get(what) ?? 0
    for (const row of rows) {
      const waiting = visit(row)
      if (waiting) await waiting
      done += 1
      counts.set(what, done)
      if (done % ROWS > 0) continue
      tell({ doing, what, done })
      await nextTurn()
      signal.throwIfAborted()
    }
  }
}
