import { OpsCoreError } from '@opscore/sdk'

/** What a failed call is told as: one sentence, and what to quote to whoever reads the server's log. */
export interface ProblemText {
  title: string
  detail: string
  requestId?: string | undefined
}

export function problemOf(error: unknown): ProblemText {
  if (!(error instanceof OpsCoreError)) return { title: 'Something went wrong in the page', detail: String(error) }
  const { code, detail, requestId } = error
  return { title: titleOf(error), detail: `${detail}${code === 'UNREACHABLE' ? '' : ` (${code})`}`, requestId }
}

function titleOf({ status, code }: OpsCoreError): string {
  if (code === 'UNREACHABLE') return 'Ops-Core cannot be reached'
  if (code === 'TIMEOUT') return 'Ops-Core did not answer in time'
  if (status === 401) return 'The API key holds no more'
  if (status === 403) return 'The API key may not do this'
  if (status === 404) return 'There is no such thing'
  if (status === 429) return 'Too many requests'
  if (status === 503 || status === 507) return 'Ops-Core is unwell'
  if (status >= 500) return 'Ops-Core failed'
  return 'Ops-Core refused this'
}

export const isNotFound = (error: unknown): boolean => error instanceof OpsCoreError && error.status === 404
