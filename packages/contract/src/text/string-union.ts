import Type from 'typebox'

/** A closed set of strings. `type` is set beside `enum` so that generators name it well. */
export function stringUnion<const T extends readonly string[]>(values: T, options: { description?: string } = {}) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...options })
}

/** A value that may also be `null`, as pydantic's `Optional` prints it. */
export function nullable<T extends Type.TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}
