import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RedisProcess, startRedis } from '../../../../store-redis/test/redis/redis-process.ts'
import { anAgent, type StartedOpsCore, startedOpsCore } from '../started-ops-core.ts'

const SOON = { timeout: 30_000, interval: 100 }

const DEFINITION = {
  id: 'greet',
  name: 'Greet everybody',
  routing: 'strict',
  tasks: [{ taskId: 'one', name: 'one', agentCapability: 'unheard-of', retry: { maxAttempts: 1 } }],
}

async function startSession(server: StartedOpsCore, agentId: string): Promise<string> {
  const { json } = await server.call('POST', `/v1/opscore/agent/${agentId}/workflow`, {
    json: { workflowDefinition: DEFINITION },
  })
  return json.sessionId
}

const report = (server: StartedOpsCore, agentId: string, state: string) =>
  server.call('POST', `/v1/opscore/agent/${agentId}/state`, {
    json: { agentId, state, timestamp: new Date().toISOString(), details: { note: 'x' } },
  })

function fleetRoutes(open: () => Promise<StartedOpsCore>): void {
  let server: StartedOpsCore
  beforeAll(async () => {
    server = await open()
    await Promise.all(['a', 'b', 'c'].map((id) => server.register(id, { agentName: `Writer ${id.toUpperCase()}` })))
  })
  afterAll(() => server[Symbol.asyncDispose]())
  const get = async (path: string) => (await server.call('GET', `/v1/opscore${path}`)).json

  it('shows the fleet at a glance, as it changes', async () => {
    const before = await get('/overview')
    expect(before.agents).toEqual({
      total: 3,
      byState: { UNKNOWN: 3 },
      byLiveness: { online: 3, quiet: 0, offline: 0, unreachable: 0 },
      slots: { held: 0, total: 3 },
    })
    expect(before.series.started).toHaveLength(60)
    await report(server, 'b', 'idle')
    await report(server, 'c', 'error')
    const sessionId = await startSession(server, 'a')
    await vi.waitFor(async () => {
      const now = await get('/overview')
      expect(now.agents.byState).toEqual({ UNKNOWN: 1, idle: 1, error: 1 })
      expect(now.sessions.byStatus).toMatchObject({ running: 1, failed: 0 })
      expect(now.waiting).toEqual({ total: 1, byReason: [{ code: 'NO_SUCH_CAPABILITY', count: 1 }] })
      expect(now.attention).toMatchObject({ total: 1, byKind: { agent_in_error: 1, session_failed: 0 } })
      expect(now.series.started.at(-1) + now.series.started.at(-2)).toBe(1)
    }, SOON)
    await server.call('POST', `/v1/opscore/task/${sessionId}.1/fail`, { json: { code: 'X', message: 'By hand' } })
    await vi.waitFor(async () => {
      const now = await get('/overview')
      expect(now.sessions.byStatus).toMatchObject({ running: 0, failed: 1 })
      expect(now.waiting.total).toBe(0)
      expect(now.attention.total).toBe(2)
    }, SOON)
  })

  it('names what people are asked, from before anybody looked and since, until it is decided', async () => {
    await using asking = await open()
    await asking.register('a')
    const workflowDefinition = { id: 'ask', tasks: [{ taskId: 'gate', kind: 'approval', title: 'Go on?' }] }
    const ask = async () =>
      (await asking.call('POST', '/v1/opscore/agent/a/workflow', { json: { workflowDefinition } })).json.sessionId
    const asked = async () => (await asking.call('GET', '/v1/opscore/attention?kind=approval_open')).json.items
    const inbox = async () => (await asking.call('GET', '/v1/opscore/approval')).json.items
    const counted = async () => (await asking.call('GET', '/v1/opscore/overview')).json.attention.byKind.approval_open
    const before = await ask()
    await vi.waitFor(async () => expect(await inbox()).toHaveLength(1), SOON)
    await vi.waitFor(async () => expect(await counted()).toBe(1), SOON)
    const since = await ask()
    await vi.waitFor(async () => expect(await asked()).toHaveLength(2), SOON)
    expect((await asked()).map((item: { subject: object }) => item.subject)).toEqual(
      [since, before].map((id) => ({ type: 'task', id: `${id}.1`, name: 'Go on?' })),
    )
    for (const { action } of await asked()) {
      const decided = await asking.call('POST', action.path, { json: { decision: 'approved' } })
      expect(decided.status).toBe(200)
    }
    await vi.waitFor(async () => expect([await asked(), await counted()]).toEqual([[], 0]), SOON)
  })

  it('lists what wants a person, newest first, in pages and by kind, each with what mends it', async () => {
    const sessionId = await startSession(server, 'a')
    await server.call('POST', `/v1/opscore/task/${sessionId}.1/fail`, { json: { code: 'X', message: 'By hand' } })
    const id = `session_failed:${sessionId}`
    await vi.waitFor(async () => expect((await get('/attention')).items[0]?.id).toBe(id), SOON)
    const [newest] = (await get('/attention')).items
    expect(newest).toEqual({
      id,
      kind: 'session_failed',
      since: expect.any(String),
      subject: { type: 'session', id: sessionId, name: 'greet' },
      code: 'X',
      detail: expect.stringContaining('By hand'),
      action: { label: expect.any(String), method: 'POST', path: `/v1/opscore/session/${sessionId}/retry` },
    })
    const all = (await get('/attention')).items
    expect(all.map(({ since }: { since: string }) => since)).toEqual(
      all
        .map(({ since }: { since: string }) => since)
        .toSorted()
        .reverse(),
    )
    const paged: unknown[] = []
    for (let cursor = ''; ; ) {
      const page = await get(`/attention?limit=1${cursor}`)
      paged.push(...page.items)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    expect(paged).toEqual(all)
    const errors = await get('/attention?kind=agent_in_error&kind=agent_hung')
    expect(errors.items.map((item: { id: string }) => item.id)).toEqual(['agent_in_error:c'])
    expect((await server.call('GET', '/v1/opscore/attention?kind=nothing')).status).toBe(422)

    const { method, path } = newest.action
    expect((await server.call(method, path)).status).toBe(202)
    await vi.waitFor(async () => {
      const { items } = await get('/attention')
      expect(items.map((item: { id: string }) => item.id)).not.toContain(id)
    }, SOON)
  })

  it('finds agents, sessions, workflows and tasks by id, by how it begins, and by name', async () => {
    const sessionId = await startSession(server, 'a')
    const found = async (q: string, more = '') =>
      (await get(`/search?q=${encodeURIComponent(q)}${more}`)).items.map(
        ({ type, id }: { type: string; id: string }) => `${type} ${id}`,
      )
    expect(await found(sessionId)).toEqual([`session ${sessionId}`])
    expect(await found(sessionId.slice(0, 20))).toContain(`session ${sessionId}`)
    expect(await found(sessionId.slice(0, 8))).toContain(`session ${sessionId}`)
    expect(await found(`${sessionId}.1`)).toEqual([`task ${sessionId}.1`])
    expect(await found(`${sessionId}.1.1`)).toEqual([`task ${sessionId}.1`])
    expect(await found('writer B')).toEqual(['agent b'])
    expect(await found('writer', '&limit=2')).toHaveLength(2)
    expect((await found('greet'))[0]).toBe('workflow greet')
    expect(await found('greet')).toContain(`session ${sessionId}`)
    expect(await found('gre')).toContain('workflow greet')
    expect(await found('EVERYBODY')).toContain('workflow greet')
    expect(await found('nothing like it')).toEqual([])
    expect((await server.call('GET', '/v1/opscore/search?q=')).status).toBe(422)
  })

  it('counts no agent that was deregistered', async () => {
    await server.call('POST', '/v1/opscore/internal/agent/notify', {
      json: { event_type: 'REGISTER', agent_details: { ...anAgent('gone'), agentName: 'Goner' } },
    })
    await vi.waitFor(async () => expect((await get('/overview')).agents.total).toBe(4), SOON)
    await server.call('DELETE', '/v1/opscore/agent/gone')
    await vi.waitFor(async () => expect((await get('/overview')).agents.total).toBe(3), SOON)
    expect((await get('/search?q=Goner')).items).toEqual([])
  })
}

describe('the fleet over memory', () => fleetRoutes(() => startedOpsCore({ rateLimit: null, storage: 'memory' })))
describe('the fleet over SQLite', () => fleetRoutes(() => startedOpsCore({ rateLimit: null, storage: 'sqlite' })))
describe('the fleet over Redis', () => {
  let redis: RedisProcess
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis[Symbol.asyncDispose]())
  fleetRoutes(() =>
    startedOpsCore({ rateLimit: null, storage: 'redis', redisHost: '127.0.0.1', redisPort: redis.port }),
  )
})
