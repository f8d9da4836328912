/** The agents that the benchmarks speak for, and what they say. */
import type { AgentDetails, AgentStateReport } from '@opscore/contract'
import { Pool } from 'undici'

/** Of a report's body, in bytes. */
const REPORT_SIZE = 200

export function agentIdOf(index: number): string {
  return `bench-agent-${String(index).padStart(6, '0')}`
}

/** A report whose body has exactly 200 bytes. */
export function reportOf(index: number, state: string): AgentStateReport {
  const report = {
    agentId: agentIdOf(index),
    timestamp: '2026-01-02T03:04:05.678901+00:00',
    state,
    details: { message: '' },
  }
  report.details.message = 'x'.repeat(REPORT_SIZE - JSON.stringify(report).length)
  return report
}

export function detailsOf(index: number, more: Partial<AgentDetails> = {}): AgentDetails {
  return {
    agentId: agentIdOf(index),
    agentName: `bench agent ${index}`,
    version: '1.0',
    capabilities: ['test_capability', 'another_capability'],
    contactEndpoint: 'http://127.0.0.1:9/',
    metadata: { config: { maxConcurrency: 1 } },
    ...more,
  }
}

export interface ApiCalls extends AsyncDisposable {
  /** Throws unless the answer has the status `expected`. Returns its body. */
  post(path: string, body: object, expected: number): Promise<unknown>
  get(path: string): Promise<unknown>
  put(path: string, body: object, expected: number): Promise<unknown>
}

/** Calls Ops-Core over connections that are kept, where load is not to come from `wrk`. */
export function connectApi({ url, apiKey }: { url: string; apiKey: string }): ApiCalls {
  const pool = new Pool(url, { connections: 64 })
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
  async function call(method: 'GET' | 'POST' | 'PUT', path: string, expected: number, body?: string): Promise<unknown> {
    const answer = await pool.request({ method, path, headers, body: body ?? null })
    const text = await answer.body.text()
    if (answer.statusCode !== expected) throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${text}`)
    return JSON.parse(text)
  }
  return {
    post: (path, body, expected) => call('POST', path, expected, JSON.stringify(body)),
    get: (path) => call('GET', path, 200),
    put: (path, body, expected) => call('PUT', path, expected, JSON.stringify(body)),
    [Symbol.asyncDispose]: () => pool.close(),
  }
}

/** Registers the agents from `from` to just below `to` through the webhook. */
export async function registerAgents(
  api: ApiCalls,
  { from = 0, to, details = detailsOf }: { from?: number; to: number; details?: (index: number) => AgentDetails },
): Promise<void> {
  await inParallel({ from, to }, (index) =>
    api.post('/v1/opscore/internal/agent/notify', { event_type: 'REGISTER', agent_details: details(index) }, 200),
  )
}

/** Has every agent from 0 to just below `to` report once. */
export async function reportAll(api: ApiCalls, to: number, state: string): Promise<void> {
  await inParallel({ from: 0, to }, (index) =>
    api.post(`/v1/opscore/agent/${agentIdOf(index)}/state`, reportOf(index, state), 202),
  )
}

/** Runs `task` for each index, as many at once as there are connections. */
export async function inParallel(
  { from, to, atOnce = 64 }: { from: number; to: number; atOnce?: number },
  task: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = from
  async function work(): Promise<void> {
    while (next < to) {
      const index = next
      next += 1
      await task(index)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
