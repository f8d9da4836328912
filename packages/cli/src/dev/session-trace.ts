import type { SessionView, TriggerResponse, WorkflowDefinition } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import { createEventLines } from '../steering/event-lines.ts'
import { SESSION_ENDS, SESSION_EVENTS } from '../steering/follow-session.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface TraceOptions {
  client: OpsCoreClient
  agentId: string
  definition: WorkflowDefinition
  /** Names of agents by their ids. */
  agentNames: ReadonlyMap<string, string>
  terminal: Terminal
  /** Stops looking on; the session goes on. */
  signal: AbortSignal
}

/**
 * Triggers the workflow once the event stream is open, so that no event is missed, and prints what happens as it happens.
 * Resolves with the session when it has ended, or as it is when `signal` aborts.
 */
export async function traceSession(options: TraceOptions): Promise<SessionView> {
  const { client, agentId, definition, agentNames, terminal, signal } = options
  const untriggered = new AbortController()
  let triggered: Promise<TriggerResponse> | undefined
  const onOpen = () => {
    triggered ??= client.trigger(agentId, { workflowDefinition: definition, signal })
    triggered.catch((error) => untriggered.abort(error))
  }
  const taskNames = new Map(definition.tasks.map((task) => [task.taskId, task.name ?? task.taskId]))
  const describe = createEventLines({ taskNames, agentNames })
  const stream = client.events({
    filters: { type: SESSION_EVENTS },
    signal: AbortSignal.any([signal, untriggered.signal]),
    onOpen,
  })
  for await (const event of stream) {
    const sessionId = (await triggered)?.sessionId
    if (event.type === 'resync') {
      if (sessionId !== undefined && (await client.sessions.get(sessionId)).endTime !== null) break
    } else if (event.sessionId === sessionId) {
      const line = describe(event)
      if (line !== undefined) terminal.out(line)
      if (SESSION_ENDS.has(event.type)) break
    }
  }
  signal.throwIfAborted()
  if (!triggered) throw new Error('The event stream ended before it began.')
  return await client.sessions.get((await triggered).sessionId)
}
