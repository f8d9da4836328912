import Type, { type Static } from 'typebox'
import { Json } from '../text/json.ts'
import { nullable, stringUnion } from '../text/string-union.ts'

export const TASK_ANSWER_STATUSES = ['completed', 'failed'] as const

/** Why an attempt failed, as an agent says it; what it leaves out is filled in. */
export const TaskAnswerError = Type.Object(
  { code: Type.Optional(Type.String()), message: Type.Optional(Type.String()) },
  { additionalProperties: true },
)

/**
 * What an agent that declares `metadata.config.answers: "result"` may answer a task's message with, as `200`: the outcome of
 * that attempt.
 */
export const TaskAnswer = Type.Object(
  {
    opscore_task_id: Type.String({ maxLength: 512 }),
    status: stringUnion(TASK_ANSWER_STATUSES),
    result: Type.Optional(Json),
    error: Type.Optional(nullable(TaskAnswerError)),
  },
  { additionalProperties: true },
)
export type TaskAnswer = Static<typeof TaskAnswer>
