/** A call that came to nothing, said by this server itself. `code` is stable, the message is for people and models. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
  readonly code: string
  /** What the caller can do about it. */
  readonly wayOut: string | undefined
  /** What belongs to the answer beside the error, such as a session's id. */
  readonly facts: object

  constructor(code: string, message: string, { wayOut, facts = {} }: { wayOut?: string; facts?: object } = {}) {
    super(message)
    this.code = code
    this.wayOut = wayOut
    this.facts = facts
  }
}
