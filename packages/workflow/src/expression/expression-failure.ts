/**
 * An expression has no value. `fatal` ones (the budget is spent) end the whole evaluation; the others may be absorbed
 * by `&&`, `||` and the quantifiers, as CEL has it.
 */
export class ExpressionFailure extends Error {
  readonly fatal: boolean

  constructor(message: string, options: { fatal?: boolean } = {}) {
    super(message)
    this.name = 'ExpressionFailure'
    this.fatal = options.fatal ?? false
  }
}
