/** What is asked of a server. */
import type { OpsCoreError } from './ops-core-error.ts'

export type Query = Record<string, string | number | readonly string[] | undefined>

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Its segments, as they are: they are escaped here, and one that is no id is refused. */
  path: readonly string[]
  query?: Query | undefined
  body?: unknown
  headers?: Record<string, string> | undefined
  signal?: AbortSignal | undefined
  /** A POST that does no more when it arrives twice. Other methods, and what bears an Idempotency-Key, always are. */
  repeatable?: boolean | undefined
  /**
   * Asked where a call that was made again fails: an earlier try may have gone through, and only its answer was lost. What it
   * resolves to is then the answer; `undefined` where the call has failed indeed.
   */
  wasDone?: ((error: OpsCoreError) => Promise<unknown>) | undefined
}
