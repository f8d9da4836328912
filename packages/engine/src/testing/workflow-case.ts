/** What a case of a workflow says: what goes in, what every agent does, and what is to come of it. */
import {
  Duration,
  Json,
  JsonObject,
  nullable,
  SESSION_STATUSES,
  stringUnion,
  TASK_STATUSES,
  WORKFLOW_ID_PATTERN,
} from '@opscore/contract'
import Type, { type Static } from 'typebox'

const Reason = Type.String({ minLength: 1, maxLength: 256 })

export const ActError = Type.Object({ code: Reason, message: Type.Optional(Type.String({ maxLength: 4096 })) })

/** What an agent does with one attempt. Where it says no more than this, it ends the attempt at once, with `null`. */
export const TaskAct = Type.Object({
  result: Type.Optional(Json),
  error: Type.Optional(ActError),
  takes: Type.Optional(Duration),
  /** How long the task stands in its line before an agent takes it. */
  waits: Type.Optional(Duration),
  /** Between two heartbeats while it works. */
  heartbeatEvery: Type.Optional(Duration),
  /** It is not heard of any more after `takes`: from the start, where that is absent. */
  silent: Type.Optional(Type.Boolean()),
  /** It ends the attempt this long after the attempt was over for Ops-Core. */
  late: Type.Optional(Duration),
})
export type TaskAct = Static<typeof TaskAct>

const OPERATOR_ACTIONS = ['cancel', 'pause', 'resume', 'retry', 'adopt', 'signal', 'decide'] as const

/**
 * What a person or the world does to the session, and when: since its start. `task` says which late result is adopted, or which approval is
 * decided on; a signal has a `name`.
 */
export const OperatorAct = Type.Object({
  at: Duration,
  action: stringUnion(OPERATOR_ACTIONS),
  task: Type.Optional(Type.String({ pattern: WORKFLOW_ID_PATTERN })),
  name: Type.Optional(Type.String({ pattern: WORKFLOW_ID_PATTERN })),
  payload: Type.Optional(Json),
  decision: Type.Optional(stringUnion(['approved', 'rejected', 'edited'])),
  content: Type.Optional(Json),
  comment: Type.Optional(Type.String({ maxLength: 1024 })),
  /** The name of the key with which somebody decides. */
  by: Type.Optional(Reason),
})
export type OperatorAct = Static<typeof OperatorAct>

/** A step of the expected path. A task's id alone stands for one that completed at its first attempt. */
export const ExpectedStep = Type.Object({
  task: Type.String({ pattern: WORKFLOW_ID_PATTERN }),
  status: Type.Optional(stringUnion(TASK_STATUSES)),
  attempts: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
})
export type ExpectedStep = Static<typeof ExpectedStep>

/** What is not named is not compared. */
export const Expectation = Type.Object({
  status: Type.Optional(stringUnion(SESSION_STATUSES)),
  result: Type.Optional(Json),
  /** The code of the session's error; `null` for none. */
  error: Type.Optional(nullable(Reason)),
  /** Every task that was reached, in the order in which it was. */
  path: Type.Optional(Type.Array(Type.Union([Type.String({ pattern: WORKFLOW_ID_PATTERN }), ExpectedStep]))),
  /** The longest that the session may take. */
  within: Type.Optional(Duration),
})
export type Expectation = Static<typeof Expectation>

/** A case as a file holds it. */
export const WrittenCase = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 256 }),
  input: Type.Optional(nullable(JsonObject)),
  /** By task id; a list has an act for each attempt, of which the last holds for all later ones. `*` is every other task. */
  tasks: Type.Optional(Type.Unsafe<Record<string, TaskAct | TaskAct[]>>(JsonObject)),
  operator: Type.Optional(Type.Array(OperatorAct)),
  expect: Type.Optional(Expectation),
})
export type WrittenCase = Static<typeof WrittenCase>

/** What each attempt's agent does, or what says it. */
export type TaskScript = TaskAct | readonly TaskAct[] | ((attempt: number) => TaskAct)

/** A case as code has it: acts may be functions. */
export type WorkflowCase = Omit<WrittenCase, 'name' | 'tasks'> & {
  name?: string
  tasks?: Readonly<Record<string, TaskScript>>
}
