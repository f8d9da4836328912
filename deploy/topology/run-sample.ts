import type { EventType, SessionView } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'

const ENDS: EventType[] = ['session.completed', 'session.failed', 'session.cancelled']

/**
 * Runs the sample workflow on an agent and follows it live, as a user would: the stream is open before the session
 * begins. Resolves with the session when it has ended; throws where it did not complete.
 */
export async function runSample(client: OpsCoreClient, agentName: string, signal: AbortSignal): Promise<SessionView> {
  const { items } = await client.agents.list({ limit: 200, signal })
  const agent = items.find((each) => each.agentName === agentName)
  if (!agent) throw new Error(`${agentName} is not registered`)
  const untriggered = new AbortController()
  let triggered: Promise<{ sessionId: string }> | undefined
  const onOpen = () => {
    triggered ??= client.trigger(agent.agentId, { workflowDefinitionId: 'sample_workflow_id', signal })
    triggered.catch((error: unknown) => untriggered.abort(error))
  }
  const until = AbortSignal.any([signal, untriggered.signal])
  for await (const event of client.events({ filters: { type: ENDS }, signal: until, onOpen })) {
    const sessionId = (await triggered)?.sessionId
    if (event.type === 'resync') throw new Error('The event stream has a gap')
    if (event.sessionId === sessionId) break
  }
  signal.throwIfAborted()
  if (!triggered) throw new Error('The event stream ended before it began')
  const session = await client.sessions.get((await triggered).sessionId, { signal })
  if (session.status === 'completed') return session
  throw new Error(`Session ${session.sessionId} ${session.status}: ${JSON.stringify(session.error)}`)
}
