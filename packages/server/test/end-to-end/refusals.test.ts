import type { AgentView, Explanation, JsonObject, OpsEvent, Page } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { type Fleet, hold, startFleet } from './fleet.ts'

const definition = (task: object = {}, rest: object = {}): JsonObject => ({
  id: 'refused',
  name: 'Refused',
  tasks: [{ taskId: 'a', name: 'Do a', agentCapability: 'x', ...task }],
  defaults: { retry: { maxAttempts: 1 }, ...rest },
})
const able = { capabilities: ['x'], metadata: { config: { maxConcurrency: 4 } } }
const of = async (fleet: Fleet, sessionId: string, type: string) => {
  const { items } = await fleet.opsCore.get<Page<OpsEvent>>(`/v1/opscore/session/${sessionId}/event?limit=200`)
  return items.filter((event) => event.type === type)
}
const explained = (fleet: Fleet, sessionId: string) =>
  fleet.until(async () => {
    const { causes } = await fleet.opsCore.get<Explanation>(`/v1/opscore/session/${sessionId}/explain`)
    return causes.find(({ code }) => code === 'AGENT_REFUSED')
  })

describe.each(['memory', 'sqlite'] as const)('an agent that refuses for want of room, over the %s store', (storage) => {
  it.each([429, 503])(
    'with %i costs its task no attempt: another one has it at once, and the receipt says why',
    async (status) => {
      await using fleet = await startFleet(storage)
      await fleet.agent('full', { ...able, status: () => status })
      const other = await fleet.agent('other', { ...able, state: null })
      const { sessionId } = await fleet.opsCore.trigger('full', definition())
      const cause = await explained(fleet, sessionId)
      expect(cause.detail).toContain('Agent full refused')
      expect((await fleet.session(sessionId)).tasks).toMatchObject([{ status: 'pending', agentId: null }])
      await other.report('idle')
      const { status: end, tasks } = await fleet.opsCore.ended(sessionId)
      expect(end).toBe('completed')
      expect(tasks[0]?.attempts).toMatchObject([{ attempt: 1, agentId: 'other', error: null }])
      expect(tasks[0]?.attempts[0]?.receipt?.candidates).toContainEqual({ agentId: 'full', reason: 'AGENT_REFUSED' })
      expect(other.received.map(({ payload }) => payload.attempt)).toEqual([1])
      expect(await of(fleet, sessionId, 'task.refused')).toMatchObject([
        { agentId: 'full', attempt: 1, data: { reason: `The agent answered ${status}` } },
      ])
    },
  )

  it('gets the task again when it says that it is idle, under the same id', async () => {
    await using fleet = await startFleet(storage)
    let full = true
    const agent = await fleet.agent('full', { ...able, status: () => (full ? 503 : 200) })
    const { sessionId } = await fleet.opsCore.trigger('full', definition())
    await fleet.until(async () => agent.received.length > 0)
    await explained(fleet, sessionId)
    full = false
    await agent.report('idle')
    expect((await fleet.opsCore.ended(sessionId)).tasks[0]?.attempts).toHaveLength(1)
    expect(new Set(agent.received.map(({ opscore_task_id }) => opscore_task_id)).size).toBe(1)
  })

  it('lets the task fail of its own time in the line alone', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('full', { ...able, status: () => 503 })
    const { sessionId } = await fleet.opsCore.trigger('full', definition({ timeouts: { scheduleToStart: 0.3 } }))
    const session = await fleet.opsCore.ended(sessionId)
    expect(session.error?.code).toBe('SCHEDULE_TO_START_TIMEOUT')
    expect(session.tasks[0]?.attempts).toHaveLength(1)
  })

  it('behind AgentKit, whose word it is, costs no attempt either', async () => {
    await using fleet = await startFleet(storage)
    const agent = await fleet.agent('behind', { ...able, work: async () => {} })
    const other = await fleet.agent('other', { ...able, state: null })
    const { sessionId, task } = await fleet.started('behind', definition(), 'dispatched')
    const said = { event_type: 'DISPATCH_FAILED', agentId: 'behind', opscore_task_id: task.attempts[0]?.attemptId }
    const refusal = { ...said, reason: 'it answered 503', refused: true, retryAfter: 30 }
    expect((await fleet.post('/v1/opscore/internal/agent/notify', refusal)).status).toBe(200)
    expect((await explained(fleet, sessionId)).detail).toContain('Agent behind refused')
    expect((await fleet.post('/v1/opscore/internal/agent/notify', refusal)).status).toBe(200)
    await other.report('idle')
    expect(await fleet.opsCore.ended(sessionId)).toMatchObject({ status: 'completed', tasks: [{ agentId: 'other' }] })
    expect(agent.received).toHaveLength(1)
  })
})

describe.each(['memory', 'sqlite'] as const)('a place whose attempt is over, over the %s store', (storage) => {
  const places = async (fleet: Fleet) => (await fleet.opsCore.get<AgentView>('/v1/opscore/agent/slow')).places.length

  it.each(['timed out', 'completed by hand', 'failed by hand', 'cancelled'])(
    'is kept after it was %s, until the agent says its end',
    async (how) => {
      await using fleet = await startFleet(storage)
      const agent = await fleet.agent('slow', { capabilities: ['x'], work: hold })
      const ends = how === 'timed out' ? { timeouts: { startToClose: 0.2 } } : {}
      const { sessionId } = await fleet.opsCore.trigger('slow', definition(ends))
      if (how !== 'timed out') {
        const isRunning = async () => (await fleet.session(sessionId)).tasks[0]?.status === 'running'
        await fleet.until(isRunning)
      }
      if (how === 'completed by hand') await fleet.post(`/v1/opscore/task/${sessionId}.1/complete`)
      if (how === 'failed by hand') await fleet.post(`/v1/opscore/task/${sessionId}.1/fail`)
      if (how === 'cancelled') await fleet.post(`/v1/opscore/session/${sessionId}/cancel`)
      const { attemptId = '' } = (await fleet.opsCore.ended(sessionId)).tasks[0]?.attempts[0] ?? {}
      // The time-out's own end is near, so only what is longer shows that the place is kept.
      if (how !== 'timed out') {
        await agent.report('idle')
        expect(await places(fleet)).toBe(1)
      }
      await agent.report('idle', { opscore_task_id: attemptId })
      await fleet.until(async () => (await places(fleet)) === 0)
    },
  )

  it('is given back after another startToClose where the agent says nothing', async () => {
    await using fleet = await startFleet(storage)
    const agent = await fleet.agent('slow', { capabilities: ['x'], work: hold })
    const { sessionId } = await fleet.opsCore.trigger('slow', definition({ timeouts: { startToClose: 0.2 } }))
    await fleet.opsCore.ended(sessionId)
    const next = await fleet.opsCore.trigger('slow', definition())
    await fleet.until(async () => agent.received.length === 2)
    const events = await of(fleet, next.sessionId, 'task.assigned')
    const ended = (await of(fleet, sessionId, 'session.failed'))[0]
    expect(Date.parse(events[0]?.time ?? '') - Date.parse(ended?.time ?? '')).toBeGreaterThanOrEqual(200)
  })
})
