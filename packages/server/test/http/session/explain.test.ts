import type { Explanation, JsonObject, WaitCause } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { type Fleet, hold, startFleet } from '../../end-to-end/fleet.ts'

const definition = (...tasks: JsonObject[]): JsonObject => ({ id: 'waits', name: 'Waits', tasks })
const slowRetry = { retry: { initialInterval: '1h' } }
const fastRetry = { retry: { initialInterval: 0.01, maximumInterval: 0.01, maxAttempts: 50 } }

/** Waits until the task is explained by this code, by both routes. */
async function causeOf(fleet: Fleet, sessionId: string, code: WaitCause['code'], task = 'a'): Promise<WaitCause> {
  const cause = await fleet.until(async () => {
    const { causes, status } = await fleet.opsCore.get<Explanation>(`/v1/opscore/session/${sessionId}/explain`)
    expect(status === 'completed' || causes.length > 0).toBe(true)
    const found = causes.find((one) => one.code === code && one.taskDefinitionId === task)
    const own = found && (await fleet.opsCore.get<Explanation>(`/v1/opscore/task/${found.taskId}/explain`))
    return own?.causes.find((one) => one.code === code && one.taskId === found?.taskId)
  })
  expect(cause.detail.length).toBeGreaterThan(0)
  expect(cause.hint.length).toBeGreaterThan(0)
  expect(new Date(cause.since).toISOString()).toBe(cause.since)
  return cause
}

describe.each(['memory', 'sqlite'] as const)('why a session waits, over the %s store', (storage) => {
  const trigger = async (fleet: Fleet, agentId: string, ...tasks: JsonObject[]) =>
    (await fleet.opsCore.trigger(agentId, definition(...tasks))).sessionId

  it('says what the agent has to do with it', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('busy', { work: hold })
    const holding = await trigger(fleet, 'busy', { taskId: 'a' })
    const report = await causeOf(fleet, holding, 'AWAITING_REPORT')
    expect(report.detail).toContain('busy')
    expect(Date.parse(report.until ?? '')).toBeGreaterThan(Date.parse(report.since))

    const behind = await trigger(fleet, 'busy', { taskId: 'a' })
    expect((await causeOf(fleet, behind, 'AGENT_BUSY')).detail).toContain('busy')

    await fleet.agent('fresh', { state: null })
    await causeOf(fleet, await trigger(fleet, 'fresh', { taskId: 'a' }), 'AGENT_NOT_READY')
    await fleet.agent('broken', { state: 'error' })
    await causeOf(fleet, await trigger(fleet, 'broken', { taskId: 'a' }), 'AGENT_IN_ERROR')
    await fleet.agent('away', { state: 'offline' })
    await causeOf(fleet, await trigger(fleet, 'away', { taskId: 'a' }), 'AGENT_OFFLINE')
    await causeOf(fleet, await trigger(fleet, 'busy', { taskId: 'a', agentId: 'ghost' }), 'AGENT_UNKNOWN')
  })

  it('says that nobody has the capability, where routing is strict', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker')
    const strict = { ...definition({ taskId: 'a', agentCapability: 'rare' }), routing: 'strict' }
    const { sessionId } = await fleet.opsCore.trigger('worker', strict)
    expect((await causeOf(fleet, sessionId, 'NO_SUCH_CAPABILITY')).detail).toContain('"rare"')
    await fleet.agent('expert', { capabilities: ['rare'] })
    expect((await fleet.opsCore.ended(sessionId)).status).toBe('completed')
    const over = await fleet.opsCore.get<Explanation>(`/v1/opscore/session/${sessionId}/explain`)
    expect(over).toEqual({ sessionId, status: 'completed', causes: [] })
  })

  it('says until when a failed attempt backs off', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('failing', {
      work: async ({ opscore_task_id }, { report }) => {
        await report('error', { opscore_task_id, message: 'No paper' })
      },
    })
    const cause = await causeOf(fleet, await trigger(fleet, 'failing', { taskId: 'a', ...slowRetry }), 'BACKING_OFF')
    expect(cause.detail).toContain('No paper')
    expect(Date.parse(cause.until ?? '')).toBeGreaterThan(Date.now())
  })

  it('says that the agent cannot be reached, after three dispatches in vain', async () => {
    await using fleet = await startFleet(storage)
    const gone = await fleet.agent('gone')
    await gone.close()
    const cause = await causeOf(
      fleet,
      await trigger(fleet, 'gone', { taskId: 'a', ...fastRetry }),
      'DISPATCH_UNREACHABLE',
    )
    expect(cause.detail).toContain('gone')
  })

  it('says which tasks a join waits for', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('pair', {
      metadata: { config: { maxConcurrency: 2 } },
      work: async (message, reporter) => {
        if (message.payload.task_name === 'c') return hold(message, reporter)
        await reporter.report('idle', { opscore_task_id: message.opscore_task_id })
      },
    })
    const fan = { taskId: 'a', next: [{ to: 'b' }, { to: 'c' }] }
    const [b, c] = ['b', 'c'].map((taskId) => ({ taskId, nextTaskId: 'd' }))
    if (!b || !c) throw new Error('There are two')
    const cause = await causeOf(fleet, await trigger(fleet, 'pair', fan, b, c, { taskId: 'd' }), 'AWAITING_JOIN', 'd')
    expect(cause.detail).toBe('Waits for "c"')
  })

  it('says that the session is paused, and each task with it', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { state: null })
    const sessionId = await trigger(fleet, 'worker', { taskId: 'a' })
    await fleet.post(`/v1/opscore/session/${sessionId}/pause`)
    await causeOf(fleet, sessionId, 'PAUSED')
    const { status, causes } = await fleet.opsCore.get<Explanation>(`/v1/opscore/session/${sessionId}/explain`)
    expect([status, causes.map(({ code, taskDefinitionId }) => [code, taskDefinitionId])]).toEqual([
      'paused',
      [
        ['PAUSED', null],
        ['PAUSED', 'a'],
      ],
    ])
  })

  it('knows nothing of sessions and tasks that are not there', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { state: null })
    const sessionId = await trigger(fleet, 'worker', { taskId: 'a', nextTaskId: 'b' }, { taskId: 'b' })
    const absent = await fleet.opsCore.call('GET', '/v1/opscore/session/nowhere/explain')
    expect(absent).toMatchObject({ status: 404, body: { code: 'SESSION_NOT_FOUND' } })
    for (const taskId of ['nothing', `${sessionId}.9`, `${sessionId}.2`]) {
      const answer = await fleet.opsCore.call('GET', `/v1/opscore/task/${taskId}/explain`)
      expect([taskId, answer.status, answer.body.code]).toEqual([taskId, 404, 'TASK_NOT_FOUND'])
    }
  })
})
