import Type, { type Static } from 'typebox'
import { Json, JsonObject } from '../text/json.ts'
import { nullable, stringUnion } from '../text/string-union.ts'
import { Instant } from '../time/instant.ts'
import { Approvers, SignalName } from '../workflow.ts'

export const APPROVAL_STATUSES = ['open', 'approved', 'rejected', 'edited', 'expired', 'cancelled'] as const
export const DECISIONS = ['approved', 'rejected', 'edited'] as const

const summary = {
  approvalId: Type.String({ description: 'Names the task and its attempt' }),
  sessionId: Type.String(),
  workflowId: Type.String(),
  taskId: Type.String(),
  taskDefinitionId: Type.String(),
  title: Type.String(),
  since: Instant,
  until: nullable(Instant),
  escalated: Type.Boolean(),
  approvers: Approvers,
}

/** A row of the inbox. */
export const ApprovalSummary = Type.Object(summary)
export type ApprovalSummary = Static<typeof ApprovalSummary>

export const ApprovalDecision = Type.Object({
  decision: stringUnion(DECISIONS),
  by: Type.Object({ keyId: Type.String(), name: Type.String() }),
  at: Instant,
  comment: nullable(Type.String()),
})
export type ApprovalDecision = Static<typeof ApprovalDecision>

export const ApprovalView = Type.Object({
  ...summary,
  status: stringUnion(APPROVAL_STATUSES),
  content: Json,
  contentHash: Type.String({ description: 'SHA-256 of the title and the content as JSON' }),
  form: nullable(JsonObject),
  decisions: Type.Array(ApprovalDecision),
})
export type ApprovalView = Static<typeof ApprovalView>

export const DecideRequest = Type.Object(
  {
    decision: stringUnion(DECISIONS),
    content: Type.Optional(Json),
    comment: Type.Optional(nullable(Type.String({ maxLength: 4096 }))),
    contentHash: Type.Optional(
      Type.String({ maxLength: 128, description: 'Of what was looked at: another one is refused' }),
    ),
  },
  { additionalProperties: false },
)
export type DecideRequest = Static<typeof DecideRequest>

export const SignalRequest = Type.Object({
  name: SignalName,
  payload: Type.Optional(Json),
  id: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, description: 'Counts once; made up where it is absent' }),
  ),
})
export type SignalRequest = Static<typeof SignalRequest>

export const SignalAccepted = Type.Object({
  status: Type.Literal('success'),
  message: Type.String(),
  signalId: Type.String(),
})
export type SignalAccepted = Static<typeof SignalAccepted>
