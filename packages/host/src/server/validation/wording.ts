/** What pydantic 2 calls a thing that is wrong, and says of it (docs.pydantic.dev/latest/errors/validation_errors). */
export type Wording = readonly [type: string, message: string]
