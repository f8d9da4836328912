import type { OnceRecord } from '../ports/store.ts'

/** The same request came before; `record` holds what it was answered. */
export class DuplicateRequestError extends Error {
  readonly record: OnceRecord

  constructor(record: OnceRecord) {
    super('The request was made before')
    this.name = 'DuplicateRequestError'
    this.record = record
  }
}
