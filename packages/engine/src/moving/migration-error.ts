/** The migration does not begin, or does not go on: one sentence for people, and the way out. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}
