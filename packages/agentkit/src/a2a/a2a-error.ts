import { A2AError, RequestMalformedError, TaskNotCancelableError, TaskNotFoundError } from '@a2a-js/sdk/errors'
import { OpsCoreError } from '@opscore/sdk'

/** Ops-Core's error as one of A2A. The code stays in the metadata. */
export function a2aError(error: unknown): unknown {
  if (!(error instanceof OpsCoreError)) return error
  const { code, detail, status } = error
  const options = { message: `${detail} (${code})`, cause: error, metadata: { code } }
  if (code === 'SESSION_NOT_FOUND') return new TaskNotFoundError(options)
  if (code === 'STATE_CONFLICT') return new TaskNotCancelableError(options)
  if (status === 400 || status === 404 || status === 422) return new RequestMalformedError(options)
  return new A2AError(options)
}
