/** Agents that misbehave on the wire harm their own tasks alone (reliability.md, fault catalogue C). */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { AgentView, SessionView, TaskView } from '@opscore/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { API_KEY, type RunningOpsCore, startTestOpsCore } from '../end-to-end/ops-core.ts'
import { startTestAgent, type TestAgent } from '../end-to-end/test-agent.ts'

const workflow = (...tasks: object[]) =>
  ({
    id: 'bad-agents',
    name: 'Bad agents',
    tasks,
    defaults: { retry: { maxAttempts: 3, initialInterval: 0.01 } },
  }) as never
const a = { taskId: 'a', name: 'Do a' }

let opsCore: RunningOpsCore
const agents: TestAgent[] = []
const closing: (() => void)[] = []

beforeEach(async () => {
  opsCore = await startTestOpsCore('sqlite')
})
afterEach(async () => {
  await opsCore[Symbol.asyncDispose]()
  for (const agent of agents.splice(0)) await agent.close()
  for (const close of closing.splice(0)) close()
})

async function startAgent(
  agentId: string,
  options: Partial<Parameters<typeof startTestAgent>[0]> = {},
  capabilities: string[] = [],
) {
  const agent = await startTestAgent({ agentId, opsCore: opsCore.url, apiKey: API_KEY, ...options })
  agents.push(agent)
  await agent.register({ capabilities })
  await agent.report('idle')
  return agent
}

/** A listener that does with each connection what the test says. */
async function listener(
  take: (socket: Socket, open: Set<Socket>) => void,
): Promise<{ url: string; most: () => number }> {
  const open = new Set<Socket>()
  let most = 0
  const server = createServer((socket) => {
    open.add(socket)
    most = Math.max(most, open.size)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    take(socket, open)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`, most: () => most }
}

async function register(agentId: string, contactEndpoint: string): Promise<void> {
  const agent_details = { agentId, agentName: agentId, version: '1.0', capabilities: [], contactEndpoint }
  await opsCore.call('POST', '/v1/opscore/internal/agent/notify', { event_type: 'REGISTER', agent_details })
  await report(agentId, 'idle')
}

const report = (agentId: string, state: string, details: object | null = null) =>
  opsCore.call('POST', `/v1/opscore/agent/${agentId}/state`, {
    agentId,
    timestamp: new Date().toISOString(),
    state,
    details,
  })

const session = (sessionId: string) => opsCore.get<SessionView>(`/v1/opscore/session/${sessionId}`)
const firstTask = async (sessionId: string): Promise<TaskView | undefined> => (await session(sessionId)).tasks[0]

describe('an agent', () => {
  it('that takes connections and never answers, times 1,000, holds its share of them, and no other agent up', async () => {
    const silent = await listener((socket) => socket.resume())
    const ids = Array.from({ length: 1_000 }, (_, n) => `silent-${n}`)
    for (let n = 0; n < ids.length; n += 50)
      await Promise.all(ids.slice(n, n + 50).map((id) => register(id, silent.url)))
    for (let n = 0; n < ids.length; n += 50) {
      await Promise.all(ids.slice(n, n + 50).map((id) => opsCore.trigger(id, workflow(a))))
    }
    await startAgent('healthy')
    const sessions = await Promise.all(Array.from({ length: 20 }, () => opsCore.trigger('healthy', workflow(a))))
    for (const { sessionId } of sessions) expect((await opsCore.ended(sessionId)).status).toBe('completed')
    expect(silent.most()).toBeLessThanOrEqual(8)
  })

  it('that resets the connection after the whole message costs an attempt, and its report still counts once', async () => {
    const resetting = await listener((socket) => socket.on('data', () => socket.resetAndDestroy()))
    await register('resetting', resetting.url)
    const { sessionId } = await opsCore.trigger('resetting', workflow(a))
    const ended = await opsCore.ended(sessionId)
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'DISPATCH_FAILED' } })
    expect(ended.tasks[0]?.attempts).toHaveLength(3)
    await report('resetting', 'idle', {
      opscore_task_id: ended.tasks[0]?.attempts[2]?.attemptId,
      result: 'worked after all',
    })
    await expect
      .poll(async () => (await firstTask(sessionId))?.lateResults)
      .toMatchObject([{ result: 'worked after all' }])
    expect((await session(sessionId)).status).toBe('failed')
  })

  it('that answers without end is cut short, and its task goes on', async () => {
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`
    const endless = await listener((socket) => {
      socket.resume().write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      const pour = () => {
        while (socket.writable && socket.write(chunk));
      }
      socket.on('drain', pour)
      pour()
    })
    await register('endless', endless.url)
    const { sessionId } = await opsCore.trigger('endless', workflow(a))
    await expect.poll(async () => (await firstTask(sessionId))?.status, { timeout: 20_000 }).toBe('dispatched')
    const attemptId = (await firstTask(sessionId))?.attempts[0]?.attemptId
    await report('endless', 'idle', { opscore_task_id: attemptId, result: 1 })
    expect((await opsCore.ended(sessionId)).status).toBe('completed')
  })

  it('whose reports overtake each other has one outcome, and the place is given back', async () => {
    const agent = await startTestAgent({
      agentId: 'hasty',
      opsCore: opsCore.url,
      apiKey: API_KEY,
      async work({ opscore_task_id }, { report: say }) {
        await Promise.all([
          say('idle', { opscore_task_id, result: 'first' }),
          say('active', { opscore_task_id }),
          say('error', { opscore_task_id, errorCode: 'TOO_LATE' }),
        ])
        await say('idle')
      },
    })
    agents.push(agent)
    await agent.register()
    await agent.report('idle')
    const { sessionId } = await opsCore.trigger('hasty', workflow(a))
    const ended = await opsCore.ended(sessionId)
    expect(ended.tasks[0]?.attempts.filter(({ status }) => status === 'completed')).toHaveLength(1)
    await expect.poll(async () => (await opsCore.get<AgentView>('/v1/opscore/agent/hasty')).places).toEqual([])
  })

  it('that reports an older attempt ends nothing of the newer one', async () => {
    const seen: string[] = []
    await startAgent('forgetful', {
      async work({ opscore_task_id, payload }, { report: say }) {
        seen.push(opscore_task_id)
        if (payload.attempt === 1) {
          await say('error', { opscore_task_id, errorCode: 'E' })
          await say('idle')
        } else {
          await say('active', { opscore_task_id })
          await say('idle', { opscore_task_id: seen[0] ?? '', result: 'old' })
          await say('idle', { opscore_task_id, result: 'new' })
        }
      },
    })
    const { sessionId } = await opsCore.trigger('forgetful', workflow(a))
    const ended = await opsCore.ended(sessionId)
    expect(ended).toMatchObject({ status: 'completed', result: 'new' })
    expect(ended.tasks[0]?.lateResults).toMatchObject([{ attemptId: seen[0], result: 'old' }])
  })

  it('that is taken out of the registry and put back over and over loses no task for good', async () => {
    const flapping = await startAgent('flapping', {}, ['x'])
    await startAgent('steady', {}, ['x'])
    const triggers = Array.from({ length: 30 }, () =>
      opsCore.call('POST', '/v1/opscore/agent/flapping/workflow', {
        workflowDefinition: workflow({ ...a, agentCapability: 'x' }),
      }),
    )
    const flaps = async () => {
      for (let n = 0; n < 10; n += 1) {
        await opsCore.call('DELETE', '/v1/opscore/agent/flapping')
        await flapping.register({ capabilities: ['x'] })
        await flapping.report('idle')
      }
    }
    const [answers] = await Promise.all([Promise.all(triggers), flaps()])
    for (const { body } of answers.filter(({ status }) => status === 202)) {
      const { sessionId } = body as { sessionId: string }
      const ended = await opsCore.ended(sessionId)
      if (ended.status === 'failed') expect(ended.error?.code).toBe('AGENT_LOST')
    }
    for (const id of ['flapping', 'steady']) {
      await expect.poll(async () => (await opsCore.get<AgentView>(`/v1/opscore/agent/${id}`)).places).toEqual([])
    }
  })

  it('that goes leaves none of a long line behind: every task moves to whoever can do it', async () => {
    const leaving = await startTestAgent({ agentId: 'leaving', opsCore: opsCore.url, apiKey: API_KEY })
    agents.push(leaving)
    await leaving.register({ capabilities: ['x'] })
    const sessions = await Promise.all(
      Array.from({ length: 100 }, () => opsCore.trigger('leaving', workflow({ ...a, agentCapability: 'x' }))),
    )
    await startAgent('staying', {}, ['x'])
    await opsCore.call('DELETE', '/v1/opscore/agent/leaving')
    for (const { sessionId } of sessions) expect((await opsCore.ended(sessionId)).tasks[0]?.agentId).toBe('staying')
  })

  it('that was down is found when it is back, and what waited for it goes on', async () => {
    const down = await startTestAgent({ agentId: 'down', opsCore: opsCore.url, apiKey: API_KEY })
    const port = Number(new URL(down.endpoint).port)
    await down.register()
    await down.report('idle')
    await down.close()
    const first = await opsCore.trigger('down', workflow(a))
    expect((await opsCore.ended(first.sessionId)).error?.code).toBe('DISPATCH_FAILED')
    const waiting = await opsCore.trigger('down', workflow(a))
    expect((await firstTask(waiting.sessionId))?.status).toBe('pending')
    agents.push(await startTestAgent({ agentId: 'down', opsCore: opsCore.url, apiKey: API_KEY, port }))
    // It says nothing by itself: only the probe can find it.
    expect((await opsCore.ended(waiting.sessionId)).status).toBe('completed')
  })
})
