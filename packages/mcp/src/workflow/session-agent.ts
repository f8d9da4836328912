import type { AgentView, WorkflowDefinition } from '@opscore/contract'
import type { ToolContext } from '../tools/tool.ts'
import { ToolFailure } from '../tools/tool-failure.ts'

/**
 * Whose session it is to be where the caller does not say: the definition's `expose.agentId`, else the agent that its first
 * task names, else the one with that task's capability that is likeliest to begin at once.
 * @throws ToolFailure `AGENT_NOT_FOUND` where nobody can, or the definition does not say who
 */
export async function chooseAgent(
  definition: WorkflowDefinition,
  { client, signal }: Pick<ToolContext, 'client' | 'signal'>,
): Promise<string> {
  const [first] = definition.tasks
  const named = definition.expose?.agentId ?? first?.agentId
  if (named) return named
  const capability = first?.agentCapability
  if (!capability) {
    throw new ToolFailure('AGENT_NOT_FOUND', `The workflow ${definition.id} does not say who is to do it.`, {
      wayOut: 'Call start_session with an agentId, or store the workflow with expose.agentId.',
    })
  }
  const { items } = await client.agents.list({ capability, limit: 200, signal })
  const [best] = items.toSorted((one, other) => delay(one) - delay(other))
  if (best) return best.agentId
  throw new ToolFailure('AGENT_NOT_FOUND', `No registered agent has the capability ${capability}.`, {
    wayOut: `Start an agent that has the capability ${capability}, or call start_session with an agentId.`,
  })
}

/** The smaller, the sooner it is likely to begin. */
function delay({ hold, liveness, state, places, room }: AgentView): number {
  return (hold ? 8 : 0) + (liveness === 'online' ? 0 : 4) + (state === 'idle' ? 0 : 2) + places.length / (room + 1)
}
