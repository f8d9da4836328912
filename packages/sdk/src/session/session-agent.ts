import type { AgentView, WorkflowDefinition } from '@opscore/contract'
import type { OpsCoreClient } from '../client/ops-core-client.ts'
import type { CallOptions } from '../client/transport.ts'

/** Whose session it is to be; or that nobody is registered with `capability`, or that the definition does not say who (`null`). */
export type SessionAgent = { agentId: string } | { agentId: null; capability: string | null }

/**
 * Whose session of a workflow it is to be where nobody says: the definition's `expose.agentId`, else the agent that its first
 * task names, else the one with that task's capability that is likeliest to begin at once.
 */
export async function sessionAgent(
  client: OpsCoreClient,
  definition: WorkflowDefinition,
  { signal }: CallOptions = {},
): Promise<SessionAgent> {
  const [first] = definition.tasks
  const named = definition.expose?.agentId ?? first?.agentId
  if (named) return { agentId: named }
  const capability = first?.agentCapability
  if (!capability) return { agentId: null, capability: null }
  const { items } = await client.agents.list({ capability, limit: 200, signal })
  const [best] = items.toSorted((one, other) => delay(one) - delay(other))
  return best ? { agentId: best.agentId } : { agentId: null, capability }
}

/** The smaller, the sooner it is likely to begin. */
function delay({ hold, liveness, state, places, room }: AgentView): number {
  return (hold ? 8 : 0) + (liveness === 'online' ? 0 : 4) + (state === 'idle' ? 0 : 2) + places.length / (room + 1)
}
