import { onTestFinished, vi } from 'vitest'
import { type Agent, type AgentOptions, createAgent } from '../../src/agent/create-agent.ts'
import { type DoubleAnswer, type HttpDouble, type SeenRequest, startHttpDouble } from '../http-double.ts'

export interface Surroundings {
  opsCore: HttpDouble
  agentKit: HttpDouble
  /** What Ops-Core has accepted, as `state` or `state:task`. */
  accepted: string[]
  /** The accepted reports themselves. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into reports of every shape
  reports: any[]
  /** The heartbeats that came, of the agent and of its tasks. */
  beats: SeenRequest[]
  /** What Ops-Core does with a heartbeat; accepts it where this returns nothing. */
  onBeat(behaviour: (request: SeenRequest) => DoubleAnswer | 'reset' | undefined): void
  /** What Ops-Core does with a report; accepts it where this returns nothing. */
  onReport(behaviour: (request: SeenRequest) => DoubleAnswer | 'reset' | undefined): void
  start(options: Partial<AgentOptions> & Pick<AgentOptions, 'tasks'>): Promise<Agent>
}

type Endpoint = Pick<Agent, 'contactEndpoint'>

export const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** An Ops-Core and an AgentKit for an agent to live between. */
export async function surroundings(): Promise<Surroundings> {
  const accepted: string[] = []
  const reports: unknown[] = []
  const beats: SeenRequest[] = []
  let behaviour: (request: SeenRequest) => DoubleAnswer | 'reset' | undefined = () => undefined
  let onBeat = behaviour
  const opsCore = await startHttpDouble((request) => {
    if (request.method === 'GET') return { body: { places: [] } }
    if (request.path.endsWith('/heartbeat')) {
      beats.push(request)
      return onBeat(request) ?? { status: 202, body: { status: 'success', message: 'Heartbeat accepted' } }
    }
    const answer = behaviour(request)
    if (answer) return answer
    const taskId = request.body.details?.opscore_task_id
    accepted.push(taskId ? `${request.body.state}:${taskId}` : request.body.state)
    reports.push(request.body)
    return { status: 202, body: { status: 'success', message: 'State update accepted' } }
  })
  const agentKit = await startHttpDouble(() => ({
    status: 201,
    body: { status: 'success', message: 'ok', data: { agentId: 'agent-id' }, error_code: null },
  }))
  return {
    opsCore,
    agentKit,
    accepted,
    reports,
    beats,
    onBeat(next) {
      onBeat = next
    },
    onReport(next) {
      behaviour = next
    },
    async start(options) {
      const agent = await createAgent({
        name: 'worker',
        capabilities: ['test_capability'],
        agentKitUrl: agentKit.url,
        opsCoreUrl: opsCore.url,
        apiKey: 'ops_key',
        drainTimeout: 0,
        log: silent,
        ...options,
      })
      onTestFinished(() => agent.close())
      return agent
    },
  }
}

export async function send(agent: Endpoint, message: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(agent.contactEndpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ senderId: 'opscore_system_id', payload: {}, ...message }),
  })
  return { status: response.status, body: await response.json() }
}

export function sendTask(
  agent: Endpoint,
  id: string,
  extra: { name?: string; parameters?: object; deadline?: Date } = {},
) {
  return send(agent, {
    messageType: 'workflow_task',
    payload: {
      task_name: extra.name ?? 'work',
      task_parameters: extra.parameters ?? {},
      attempt: 1,
      deadline: (extra.deadline ?? new Date(Date.now() + 60_000)).toISOString(),
    },
    task_name: extra.name ?? 'work',
    opscore_session_id: 'session-1',
    opscore_task_id: id,
  })
}

export function sendCancel(agent: Endpoint, id: string) {
  return send(agent, { messageType: 'workflow_cancel', opscore_task_id: id })
}

/** Waits until `check` passes. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 10_000, interval: 5 })
}

/** A handler that runs until it is let go, or its signal aborts. */
export function gate() {
  const entered: string[] = []
  const open = new Map<string, (result: unknown) => void>()
  return {
    entered,
    open: (id: string, result?: unknown) => open.get(id)?.(result),
    handler: (task: { id: string }, { signal }: { signal: AbortSignal }) =>
      new Promise<unknown>((resolve, reject) => {
        entered.push(task.id)
        open.set(task.id, resolve)
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  }
}
