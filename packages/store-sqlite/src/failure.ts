/** What an error of SQLite means for the store (reliability.md, "SQLite"). */
export type Failure =
  /** No space: the transaction is undone, the store goes on. */
  | 'full'
  /** The disk or the file is broken, or the outcome of a flush is unknown: the process must not go on. */
  | 'fatal'
  /** Anything else: the entry's own fault, or a defect. */
  | 'other'

const FULL = 13
/** The index of the log could not grow for want of space; nothing was written. */
const IOERR_SHMSIZE = 4874
const FATAL: ReadonlySet<number> = new Set([10 /* IOERR */, 11 /* CORRUPT */, 14 /* CANTOPEN */, 26 /* NOTADB */])

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return 'other'
  if (error.errcode === IOERR_SHMSIZE) return 'full'
  const primary = error.errcode & 0xff
  return primary === FULL ? 'full' : FATAL.has(primary) ? 'fatal' : 'other'
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
