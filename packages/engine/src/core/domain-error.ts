import type { ErrorCode } from '@opscore/contract'

/** A command was refused. Nothing was written. `code` is from the catalogue, `detail` a sentence for the caller. */
export class DomainError extends Error {
  readonly code: ErrorCode
  /** What else the answer should carry: problems of a definition, a stored answer. */
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, detail: string, data: Record<string, unknown> = {}) {
    super(detail)
    this.name = 'DomainError'
    this.code = code
    this.data = data
  }
}
