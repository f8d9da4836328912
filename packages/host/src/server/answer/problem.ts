import { ERROR_CATALOGUE, type Problem } from '@opscore/contract'
import type { ApiError } from './api-error.ts'

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

/** RFC 9457 problem details of an error of ours. `instance` is the request's path, without its query. */
export function toProblem(error: ApiError, { url, requestId }: { url: string; requestId: string }): Problem {
  return {
    ...error.data,
    type: `urn:opscore:error:${error.code}`,
    title: ERROR_CATALOGUE[error.code].title,
    status: error.status,
    detail: error.issues === undefined ? error.message : [...error.issues],
    instance: url.split('?', 1)[0] ?? url,
    code: error.code,
    requestId,
    ...(error.errors === undefined ? {} : { errors: [...error.errors] }),
  }
}
