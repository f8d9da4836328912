import type { WorkflowDefinition } from '@opscore/contract'
import { sessionAgent } from '@opscore/sdk'
import type { ToolContext } from '../tools/tool.ts'
import { ToolFailure } from '../tools/tool-failure.ts'

/** Whose session it is to be where the caller does not say. @throws ToolFailure `AGENT_NOT_FOUND` */
export async function chooseAgent(
  definition: WorkflowDefinition,
  { client, signal }: Pick<ToolContext, 'client' | 'signal'>,
): Promise<string> {
  const choice = await sessionAgent(client, definition, { signal })
  if (choice.agentId !== null) return choice.agentId
  if (choice.capability === null) {
    throw new ToolFailure('AGENT_NOT_FOUND', `The workflow ${definition.id} does not say who is to do it.`, {
      wayOut: 'Call start_session with an agentId, or store the workflow with expose.agentId.',
    })
  }
  throw new ToolFailure('AGENT_NOT_FOUND', `No registered agent has the capability ${choice.capability}.`, {
    wayOut: `Start an agent that has the capability ${choice.capability}, or call start_session with an agentId.`,
  })
}
