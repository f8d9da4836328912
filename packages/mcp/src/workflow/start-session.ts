import type { JsonObject, SessionView } from '@opscore/contract'
import { OpsCoreError, SESSION_ENDS } from '@opscore/sdk'
import type { ToolContext } from '../tools/tool.ts'
import { ToolFailure } from '../tools/tool-failure.ts'
import { awaitSession } from './await-session.ts'
import { chooseAgent } from './session-agent.ts'

export interface SessionStart {
  workflowId: string
  agentId?: string | undefined
  input?: JsonObject | undefined
  idempotencyKey?: string | undefined
  wait?: boolean | undefined
}

/**
 * Starts a session. Where the caller waits for it, it answers with the result of one that has completed; one that failed or was
 * cancelled is a `ToolFailure`; else it says how to go on.
 */
export async function startSession(start: SessionStart, context: ToolContext): Promise<object> {
  const { client, signal } = context
  const { workflowId, input, idempotencyKey, wait = false } = start
  const agentId = start.agentId ?? (await agentOf(workflowId, context))
  const { sessionId } = await client.trigger(agentId, {
    workflowDefinitionId: workflowId,
    ...(input === undefined ? {} : { initialPayload: input }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    signal,
  })
  if (!wait) return goesOn(sessionId, 'started')
  try {
    return outcomeOf(await awaitSession(sessionId, context))
  } catch (error) {
    // The key may start sessions and not read them.
    if (error instanceof OpsCoreError && error.status === 403) return goesOn(sessionId, 'started')
    throw error
  }
}

async function agentOf(workflowId: string, context: ToolContext): Promise<string> {
  const { definition } = await context.client.workflows.get(workflowId, { signal: context.signal })
  return chooseAgent(definition, context)
}

function outcomeOf({ sessionId, status, result, error }: SessionView): object {
  if (status === 'completed') return { sessionId, status, result }
  if (!SESSION_ENDS.has(status)) return goesOn(sessionId, status)
  throw new ToolFailure(error?.code ?? 'SESSION_CANCELLED', error?.message ?? `The session is ${status}.`, {
    wayOut: `Call get_session for what each task did, or retry to go on from what failed: ${sessionId}.`,
    facts: { sessionId, status },
  })
}

function goesOn(sessionId: string, status: string): object {
  return { sessionId, status, next: 'It goes on. Call get_session for how it is, explain for what it waits for.' }
}
