import Type, { type Static } from 'typebox'
import { Json } from './text/json.ts'

/** FastAPI's shape for one thing wrong with a request; what the Python SDK prints. */
export const ValidationIssue = Type.Object({
  loc: Type.Array(Type.Union([Type.String(), Type.Integer()])),
  msg: Type.String(),
  type: Type.String({ description: 'What pydantic 2 calls it, such as `missing` or `string_type`' }),
  /** Cut where it is large, without credentials; what holds a field that is missing. */
  input: Json,
})
export type ValidationIssue = Static<typeof ValidationIssue>

/** RFC 9457 problem details, with `detail` as FastAPI's list on a validation `422` alone. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Union([Type.String(), Type.Array(ValidationIssue)]),
    instance: Type.String(),
    code: Type.String(),
    requestId: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  },
  { additionalProperties: true },
)
export type Problem = Static<typeof Problem>
