import Type, { type Static } from 'typebox'
import { WaitCause } from '../session/session.ts'
import { nullable } from '../text/string-union.ts'
import { Instant } from '../time/instant.ts'

export const AGENT_WAITING_LIMIT_DEFAULT = 50
export const AGENT_WAITING_LIMIT_MAXIMUM = 200

const WaitingTask = Type.Object({
  taskId: Type.String(),
  sessionId: Type.String(),
  capability: nullable(
    Type.String({ description: 'Any agent with it may take the task; null where it waits for this agent alone' }),
  ),
  priority: Type.Integer({ minimum: 0, maximum: 9, description: 'Higher first' }),
  since: Instant,
})

/** What an agent would take next, and why it does not. */
export const AgentWaiting = Type.Object({
  agentId: Type.String(),
  /** Why this agent takes none of them at the moment; null where nothing waits. */
  cause: nullable(Type.Pick(WaitCause, ['code', 'detail', 'hint'])),
  items: Type.Array(WaitingTask, { description: 'In the order in which the agent would take them' }),
  more: Type.Boolean({ description: 'More wait than are listed' }),
})
export type AgentWaiting = Static<typeof AgentWaiting>
