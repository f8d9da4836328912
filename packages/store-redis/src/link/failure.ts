/** What an error of Redis, or of the way to it, means for the store (reliability.md, "Redis"). */
import { StoreFullError, StoreUnavailableError } from '@opscore/engine/store'

/** Redis is there, but takes nothing at the moment: it loads, fails over, cannot write its log, or is not ours. */
const PASSING = new Set(
  'WRONGSTORE LOADING READONLY MASTERDOWN CLUSTERDOWN MOVED ASK TRYAGAIN MISCONF NOREPLICAS BUSY UNBLOCKED'.split(' '),
)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** An error that the server answered begins with its code; what the connection says does not. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return null
  return /^[A-Z]+/.exec(error.message)?.[0] ?? null
}

/** The error for whoever called the store. */
export function storeError(error: unknown): Error {
  if (error instanceof StoreUnavailableError || error instanceof StoreFullError) return error
  const code = codeOf(error)
  if (code === 'OOM') return new StoreFullError('Redis has reached its maxmemory')
  if (code === null) {
    if (error instanceof TypeError || error instanceof RangeError) return error
    return new StoreUnavailableError(`Redis cannot be reached: ${messageOf(error)}`)
  }
  if (PASSING.has(code)) return new StoreUnavailableError(`Redis takes nothing: ${messageOf(error)}`)
  return error instanceof Error ? error : new Error(String(error))
}
