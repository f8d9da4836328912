import {
  EVENT_TYPES,
  type EventType,
  type OpsEvent,
  type SessionView,
  type TriggerResponse,
  type WorkflowDefinition,
} from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import type { Terminal } from '../terminal.ts'

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

const SHOWN: EventType[] = EVENT_TYPES.filter((type) => type.startsWith('session.') || type.startsWith('task.'))
const ENDS = new Set<string>(['session.completed', 'session.failed', 'session.cancelled'])

/**
 * Triggers the workflow once the event stream is open, so that no event is missed, and prints what happens as it happens.
 * Resolves with the session when it has ended, or as it is when `signal` aborts.
 */
export async function traceSession(options: TraceOptions): Promise<SessionView> {
  const { client, agentId, definition, terminal, signal } = options
  const untriggered = new AbortController()
  let triggered: Promise<TriggerResponse> | undefined
  const onOpen = () => {
    triggered ??= client.trigger(agentId, { workflowDefinition: definition, signal })
    triggered.catch((error) => untriggered.abort(error))
  }
  const describe = createDescriber(options)
  const stream = client.events({
    filters: { type: SHOWN },
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
      if (ENDS.has(event.type)) break
    }
  }
  signal.throwIfAborted()
  if (!triggered) throw new Error('The event stream ended before it began.')
  return await client.sessions.get((await triggered).sessionId)
}

/** Turns events into lines: when, which task, what, which agent, which attempt, how long. */
function createDescriber({ definition, agentNames, terminal: { paint } }: TraceOptions) {
  const names = new Map(definition.tasks.map((task) => [task.taskId, task.name ?? task.taskId]))
  const width = Math.max(...[...names.values()].map((name) => name.length))
  const dispatched = new Map<string, number>()
  let started: number | undefined

  function what(event: OpsEvent, at: number): string | undefined {
    const agent = agentNames.get(event.agentId ?? '') ?? event.agentId
    const attempt = `attempt ${event.attempt}`
    const key = `${event.taskId} ${event.attempt}`
    switch (event.type) {
      case 'task.assigned':
        return `${paint.cyan('→')} assigned to ${paint.bold(agent ?? 'nobody')}, ${attempt}`
      case 'task.dispatched':
        dispatched.set(key, at)
        return undefined
      case 'task.running':
        return `${paint.cyan('●')} running`
      case 'task.completed':
        return `${paint.green('✓')} completed by ${paint.bold(agent ?? 'nobody')}, ${attempt}, ${at - (dispatched.get(key) ?? at)} ms`
      case 'task.attempt_failed':
        return `${paint.yellow('✗')} ${attempt} failed: ${failureOf(event)}`
      case 'task.retry_scheduled':
        return `${paint.yellow('↻')} ${attempt} follows`
      case 'task.failed':
        return `${paint.red('✗')} failed: ${failureOf(event)}`
      case 'task.cancelled':
        return `${paint.yellow('■')} cancelled`
      case 'task.skipped':
        return `${paint.dim('○')} skipped`
      default:
        return undefined
    }
  }

  return (event: OpsEvent): string | undefined => {
    const at = Date.parse(event.time)
    started ??= at
    const text = what(event, at)
    if (text === undefined) return undefined
    const name = names.get(event.taskDefinitionId ?? '') ?? ''
    return `  ${paint.dim(`${((at - started) / 1000).toFixed(2).padStart(6)} s`)}  ${name.padEnd(width)}  ${text}`
  }
}

function failureOf({ data: { error } }: OpsEvent): string {
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return 'for no stated reason'
  return `${error.code}: ${error.message}`
}
