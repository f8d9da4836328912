import Type, { type Static } from 'typebox'
import { Json, JsonObject } from './text/json.ts'
import { nullable, stringUnion } from './text/string-union.ts'
import { SCOPES } from './text/words.ts'
import { DURATION_PATTERN } from './time/duration.ts'
import { Instant } from './time/instant.ts'

export const MAX_TASKS = 500
export const WORKFLOW_ID_PATTERN = '^[A-Za-z0-9._:-]{1,128}$'

/** Seconds as a number, or text such as `"30s"`, `"1h30m"` or `"2d"`. */
export const Duration = Type.Union([
  Type.Number({ minimum: 0 }),
  Type.String({ pattern: DURATION_PATTERN, examples: ['30s', '1h30m', '2d'] }),
])
export type Duration = Static<typeof Duration>

export const RetryPolicy = Type.Object({
  maxAttempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  maxRetries: Type.Optional(Type.Integer({ minimum: 0, maximum: 999, description: 'n means n + 1 attempts' })),
  initialInterval: Type.Optional(Duration),
  backoffCoefficient: Type.Optional(Type.Number({ minimum: 1, maximum: 100 })),
  maximumInterval: Type.Optional(Duration),
  jitter: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  nonRetryableErrors: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 100 })),
})
export type RetryPolicy = Static<typeof RetryPolicy>

export const TaskTimeouts = Type.Object({
  scheduleToStart: Type.Optional(Duration),
  startToClose: Type.Optional(Duration),
  heartbeat: Type.Optional(Duration),
  scheduleToClose: Type.Optional(Duration),
})
export type TaskTimeouts = Static<typeof TaskTimeouts>

const TaskId = Type.String({ pattern: WORKFLOW_ID_PATTERN })

/** What a task is: done by an agent, decided by people, waited for, or a value. */
export const TASK_KINDS = ['agent', 'approval', 'wait', 'expression'] as const
export type TaskKind = (typeof TASK_KINDS)[number]

export const SignalName = Type.String({ pattern: WORKFLOW_ID_PATTERN })

/** Who may decide: a key with one of the scopes or one of the keys, by id or name; any key with the scope `approve` where neither is given. */
export const Approvers = Type.Object({
  scopes: Type.Optional(Type.Array(stringUnion(SCOPES), { minItems: 1, maxItems: SCOPES.length })),
  keys: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: 100 })),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
})
export type Approvers = Static<typeof Approvers>

/** Each kind's own fields; those of another kind have no effect. */
const ofKind = {
  kind: Type.Optional(stringUnion(TASK_KINDS)),
  value: Type.Optional(Json),
  for: Type.Optional(Duration),
  until: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
  signal: Type.Optional(SignalName),
  signals: Type.Optional(Type.Array(SignalName, { minItems: 1, maxItems: 20 })),
  timeout: Type.Optional(Duration),
  onTimeout: Type.Optional(nullable(TaskId)),
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  form: Type.Optional(JsonObject),
  approvers: Type.Optional(Approvers),
  onExpiry: Type.Optional(stringUnion(['fail', 'approve', 'reject', 'escalate'])),
  escalateTo: Type.Optional(Approvers),
  onReject: Type.Optional(stringUnion(['continue', 'fail'])),
}
const Priority = Type.Integer({ minimum: 0, maximum: 9 })

export const Edge = Type.Object({
  to: TaskId,
  when: Type.Optional(Type.String({ maxLength: 4096, description: 'A CEL expression' })),
})
export type Edge = Static<typeof Edge>

export const TaskDefinition = Type.Object({
  taskId: TaskId,
  name: Type.Optional(nullable(Type.String({ maxLength: 256 }))),
  description: Type.Optional(nullable(Type.String({ maxLength: 4096 }))),
  agentCapability: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 256 }))),
  agentId: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 256 }))),
  parameters: Type.Optional(nullable(Type.Union([JsonObject, Type.String()]))),
  nextTaskId: Type.Optional(nullable(TaskId)),
  next: Type.Optional(Type.Array(Edge, { minItems: 1, maxItems: MAX_TASKS })),
  choose: Type.Optional(Type.Array(Edge, { minItems: 1, maxItems: MAX_TASKS })),
  join: Type.Optional(
    Type.Union([
      stringUnion(['all', 'any']),
      Type.Object({ atLeast: Type.Integer({ minimum: 1, maximum: MAX_TASKS }) }),
    ]),
  ),
  retry: Type.Optional(RetryPolicy),
  timeouts: Type.Optional(TaskTimeouts),
  fallbackTaskId: Type.Optional(nullable(TaskId)),
  onFailure: Type.Optional(stringUnion(['fail', 'continue'])),
  priority: Type.Optional(Priority),
  ...ofKind,
})
export type TaskDefinition = Static<typeof TaskDefinition>

export const EXPOSED_NAME_PATTERN = '^[A-Za-z0-9_.-]{1,64}$'

/** How many characters of JSON the schema of an input may have: it is handed out with every list of tools. */
export const EXPOSED_INPUT_LIMIT = 16_384

/**
 * A workflow that outer protocols offer: a tool of an MCP server, an agent of A2A. `input` is a JSON Schema of `initialPayload`, which those
 * who offer it hold a call against.
 */
export const Exposure = Type.Object({
  name: Type.Optional(
    Type.String({ pattern: EXPOSED_NAME_PATTERN, minLength: 1, maxLength: 64, description: 'Of the tool' }),
  ),
  description: Type.Optional(Type.String({ maxLength: 4096 })),
  input: Type.Optional(JsonObject),
  agentId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
})
export type Exposure = Static<typeof Exposure>

/** A workflow definition as it is written; the checker says the rest (cycles, dangling edges, durations). */
export const WorkflowDefinition = Type.Object({
  id: Type.String({ pattern: WORKFLOW_ID_PATTERN }),
  name: Type.Optional(nullable(Type.String({ maxLength: 256 }))),
  description: Type.Optional(nullable(Type.String({ maxLength: 4096 }))),
  version: Type.Optional(nullable(Type.String({ maxLength: 128 }))),
  timeout: Type.Optional(Duration),
  routing: Type.Optional(stringUnion(['preferred', 'strict'])),
  defaults: Type.Optional(
    Type.Object({
      retry: Type.Optional(RetryPolicy),
      timeouts: Type.Optional(TaskTimeouts),
      priority: Type.Optional(Priority),
    }),
  ),
  output: Type.Optional(Json),
  expose: Type.Optional(Exposure),
  input: Type.Optional(JsonObject),
  outputSchema: Type.Optional(JsonObject),
  signals: Type.Optional(Type.Record(SignalName, Type.Object({ payload: Type.Optional(JsonObject) }))),
  tasks: Type.Array(TaskDefinition, { maxItems: MAX_TASKS }),
})
export type WorkflowDefinition = Static<typeof WorkflowDefinition>

/** Something the checker found: where (a JSON pointer), what, and whether it can run all the same. */
export const DefinitionProblem = Type.Object({
  path: Type.String({ description: 'JSON pointer into the definition' }),
  message: Type.String(),
  severity: stringUnion(['error', 'warning']),
  line: Type.Optional(Type.Integer()),
  column: Type.Optional(Type.Integer()),
})
export type DefinitionProblem = Static<typeof DefinitionProblem>

export const StoredWorkflow = Type.Object({
  id: Type.String(),
  revision: Type.Integer({ minimum: 1 }),
  hash: Type.String({ description: 'SHA-256 of the canonical definition' }),
  createdAt: Instant,
  updatedAt: Instant,
  definition: Type.Unsafe<WorkflowDefinition>(JsonObject),
})
export type StoredWorkflow = Static<typeof StoredWorkflow>

export const WorkflowRevision = Type.Object({
  revision: Type.Integer({ minimum: 1 }),
  hash: Type.String({ description: 'SHA-256 of the canonical definition' }),
  storedAt: Instant,
})
export type WorkflowRevision = Static<typeof WorkflowRevision>

export const WorkflowSummary = Type.Object({
  id: Type.String(),
  name: nullable(Type.String()),
  version: nullable(Type.String()),
  revision: Type.Integer(),
  hash: Type.String(),
  tasks: Type.Integer(),
  description: nullable(Type.String()),
  expose: nullable(Exposure),
  createdAt: Instant,
  updatedAt: Instant,
})
export type WorkflowSummary = Static<typeof WorkflowSummary>

/** Exactly one of the two is given; `null` counts as absent. The handler checks that, to say it in one sentence. */
export const TriggerRequest = Type.Object(
  {
    workflowDefinitionId: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 256 }))),
    workflowDefinition: Type.Optional(nullable(JsonObject)),
    initialPayload: Type.Optional(nullable(JsonObject)),
  },
  { additionalProperties: true },
)
export type TriggerRequest = Static<typeof TriggerRequest>

export const TriggerResponse = Type.Object({
  sessionId: Type.String(),
  workflowId: Type.String(),
  message: Type.String(),
})
export type TriggerResponse = Static<typeof TriggerResponse>
