import type { AgentView, OpsEvent, Page, TaskView } from '@opscore/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { API_KEY, type RunningOpsCore, startTestOpsCore } from './ops-core.ts'
import { startTestAgent, type TestAgent } from './test-agent.ts'

const retry = { maxAttempts: 3, initialInterval: 0.01 }
const step = (taskId: string, rest: object = {}) => ({ taskId, name: `Do ${taskId}`, ...rest })
const workflow = (...tasks: object[]) => ({ id: 'test', name: 'Test', tasks, defaults: { retry } }) as never

describe.each(['memory', 'sqlite'] as const)('a session over the %s store', (storage) => {
  let opsCore: RunningOpsCore
  const agents: TestAgent[] = []

  const agent = async (
    agentId: string,
    options: Partial<Parameters<typeof startTestAgent>[0]> = {},
    capabilities: string[] = [],
  ) => {
    const started = await startTestAgent({ agentId, opsCore: opsCore.url, apiKey: API_KEY, ...options })
    agents.push(started)
    await started.register({ capabilities })
    await started.report('idle')
    return started
  }

  beforeEach(async () => {
    opsCore = await startTestOpsCore(storage)
  })
  afterEach(async () => {
    for (const one of agents.splice(0)) await one.close()
    await opsCore[Symbol.asyncDispose]()
  })

  it('runs the tasks of the sample workflow through real agents, each with its message of the wire contract', async () => {
    const one = await agent('one', {}, ['test_capability'])
    const two = await agent('two', {}, ['another_capability'])
    const { sessionId } = await opsCore.trigger('one', 'sample_workflow_id')
    const session = await opsCore.ended(sessionId)
    expect(session).toMatchObject({ status: 'completed', workflowRevision: 1, result: { did: 'Second Step' } })
    expect(session.tasks.map((task) => task.agentId)).toEqual(['one', 'two'])
    expect(session.tasks[1]?.attempts[0]?.receipt).toMatchObject({ chosen: 'two', reason: 'LEAST_LOADED' })
    expect(one.received).toMatchObject([
      {
        senderId: 'opscore_system_id',
        messageType: 'workflow_task',
        task_name: 'First Step',
        opscore_session_id: sessionId,
        payload: { task_name: 'First Step', attempt: 1, task_parameters: expect.any(Object) },
        sessionContext: { sessionId, priorMessages: [] },
      },
    ])
    expect(two.received).toHaveLength(1)
  })

  it('waits for an agent that is not ready yet, and goes on when it is', async () => {
    const one = await startTestAgent({ agentId: 'late', opsCore: opsCore.url, apiKey: API_KEY })
    agents.push(one)
    await one.register()
    const { sessionId } = await opsCore.trigger('late', workflow(step('a')))
    const waiting = await opsCore.get<{ tasks: TaskView[] }>(`/v1/opscore/session/${sessionId}`)
    expect(waiting.tasks[0]).toMatchObject({ status: 'pending', agentId: null })
    await one.report('idle')
    expect((await opsCore.ended(sessionId)).status).toBe('completed')
  })

  it('gives a busy agent one task at a time', async () => {
    let atOnce = 0
    let most = 0
    const one = await agent('busy', {
      work: async ({ opscore_task_id }, { report }) => {
        atOnce += 1
        most = Math.max(most, atOnce)
        await report('active', { opscore_task_id })
        atOnce -= 1
        await report('idle', { opscore_task_id })
      },
    })
    const sessions = await Promise.all(Array.from({ length: 20 }, () => opsCore.trigger('busy', workflow(step('a')))))
    for (const { sessionId } of sessions) expect((await opsCore.ended(sessionId)).status).toBe('completed')
    expect(most).toBe(1)
    expect(one.received).toHaveLength(20)
  })

  it('tries again after an error, and after a dispatch that failed', async () => {
    let errors = 0
    await agent('shaky', {
      status: ({ payload }) => (payload.task_name === 'Do b' && payload.attempt === 1 ? 500 : 200),
      work: async ({ opscore_task_id, payload }, { report }) => {
        const failing = payload.task_name === 'Do a' && payload.attempt === 1
        errors += Number(failing)
        await report(
          failing ? 'error' : 'idle',
          failing ? { opscore_task_id, errorCode: 'E' } : { opscore_task_id, result: 1 },
        )
        if (failing) await report('idle')
      },
    })
    const { sessionId } = await opsCore.trigger('shaky', workflow(step('a', { nextTaskId: 'b' }), step('b')))
    const session = await opsCore.ended(sessionId)
    expect(session.status).toBe('completed')
    expect(session.tasks.map((task) => task.attempts.map((attempt) => attempt.error?.code ?? attempt.status))).toEqual([
      ['E', 'completed'],
      ['DISPATCH_FAILED', 'completed'],
    ])
    expect(errors).toBe(1)
  })

  it.each([
    ['fails at once', { retryable: false, reached: true }, ['DISPATCH_REJECTED']],
    ['is tried again', {}, Array(3).fill('DISPATCH_FAILED')],
  ])('%s where AgentKit could not deliver and says %o', async (_, said, codes) => {
    const gaveUp = (opscore_task_id: string) =>
      opsCore.call('POST', '/v1/opscore/internal/agent/notify', {
        event_type: 'DISPATCH_FAILED',
        agentId: 'behind',
        opscore_task_id,
        reason: 'it answered 422',
        ...said,
      })
    await agent('behind', { work: async ({ opscore_task_id }) => void (await gaveUp(opscore_task_id)) })
    const { sessionId } = await opsCore.trigger('behind', workflow(step('a')))
    const session = await opsCore.ended(sessionId)
    expect(session).toMatchObject({ status: 'failed', error: { code: codes[0] } })
    expect(session.tasks[0]?.attempts.map(({ error }) => error?.code)).toEqual(codes)
  })

  it('counts a failure to deliver once, however often AgentKit tells it', async () => {
    const told: number[] = []
    await agent('told', {
      work: async ({ opscore_task_id }) => {
        const said = { agentId: 'told', opscore_task_id, reason: 'no connection', delivery_id: opscore_task_id }
        for (let time = 0; time < 5; time += 1) {
          const notice = { event_type: 'DISPATCH_FAILED', ...said }
          told.push((await opsCore.call('POST', '/v1/opscore/internal/agent/notify', notice)).status)
        }
      },
    })
    const once = step('a', { retry: { maxAttempts: 1 } })
    const { sessionId } = await opsCore.trigger('told', workflow(once))
    await opsCore.ended(sessionId)
    expect((await opsCore.get<AgentView>('/v1/opscore/agent/told')).liveness).toBe('online')
    await expect.poll(() => told).toEqual(Array(5).fill(200))
    // Three in a row would make it unreachable.
    expect((await opsCore.get<AgentView>('/v1/opscore/agent/told')).liveness).toBe('online')
  })

  it('accepts one outcome of an attempt that completes a hundred times in parallel', async () => {
    await agent('eager', {
      work: async ({ opscore_task_id }, { report }) => {
        await Promise.all(Array.from({ length: 100 }, (_, n) => report('idle', { opscore_task_id, result: n })))
      },
    })
    const { sessionId } = await opsCore.trigger('eager', workflow(step('a', { nextTaskId: 'b' }), step('b')))
    const session = await opsCore.ended(sessionId)
    const { items } = await opsCore.get<Page<OpsEvent>>(`/v1/opscore/session/${sessionId}/event?limit=200`)
    expect(items.filter((event) => event.type === 'task.completed')).toHaveLength(2)
    expect(session.tasks.every((task) => task.attempts.length === 1)).toBe(true)
  })

  it('replaces the payload of the first task by the one that was triggered with', async () => {
    const one = await agent('payload')
    const { sessionId } = await opsCore.trigger('payload', workflow(step('a', { parameters: { own: true } })), {
      given: 1,
    })
    await opsCore.ended(sessionId)
    expect(one.received[0]?.payload.task_parameters).toEqual({ given: 1 })
  })

  it('runs on another agent when its own is deregistered', async () => {
    await agent('leaving', { work: async () => {} }, ['x'])
    const { sessionId } = await opsCore.trigger('leaving', workflow(step('a', { agentCapability: 'x' })))
    await agent('staying', {}, ['x'])
    const gone = await opsCore.call('DELETE', '/v1/opscore/agent/leaving')
    expect(gone.status).toBeLessThan(300)
    const session = await opsCore.ended(sessionId)
    expect(session.tasks[0]?.attempts.map((attempt) => [attempt.agentId, attempt.error?.code ?? null])).toEqual([
      ['leaving', 'AGENT_LOST'],
      ['staying', null],
    ])
  })
})
