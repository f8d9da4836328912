import { ERROR_CATALOGUE } from '@opscore/contract'
import { OpsCoreError } from '../client/ops-core-error.ts'

/** They speak of who reports, or of the moment, not of what is said: another key, registering, or time mends them. */
const NOT_ABOUT_THE_REPORT = new Set([401, 403, 404, 408, 429])

/**
 * Has Ops-Core refused a report for what it says, so that saying it again is of no use? Only its own word counts, which has
 * a code of the catalogue: what a proxy answers may be mended by whoever runs that. But a body that is too large for one
 * stays so.
 */
export function isRefusal(error: unknown): error is OpsCoreError {
  if (!(error instanceof OpsCoreError)) return false
  if (error.status === 413) return true
  if (error.status < 400 || error.status > 499 || NOT_ABOUT_THE_REPORT.has(error.status)) return false
  return Object.hasOwn(ERROR_CATALOGUE, error.code)
}
