import type { AgentView, SessionView } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { type Fleet, hold, startFleet } from '../../end-to-end/fleet.ts'

const heartbeatOf = (agentId: string) => `/v1/opscore/agent/${agentId}/heartbeat`
const livenessOf = async (fleet: Fleet, agentId: string) =>
  (await fleet.opsCore.get<AgentView>(`/v1/opscore/agent/${agentId}`)).liveness
const every = (heartbeatInterval: string) => ({ metadata: { config: { heartbeatInterval } } })

describe.each(['memory', 'sqlite'] as const)('heartbeats of agents over the %s store', (storage) => {
  it('fails the task of an agent that broke its promise to speak, and tries it elsewhere', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('mute', { work: async () => {}, capabilities: ['x'], ...every('500ms') })
    const { sessionId } = await fleet.opsCore.trigger('mute', {
      id: 'lost',
      name: 'Lost',
      tasks: [{ taskId: 'a', agentCapability: 'x', retry: { initialInterval: 0.01 } }],
    })
    await fleet.agent('steady', { capabilities: ['x'] })
    const session: SessionView = await fleet.opsCore.ended(sessionId)
    expect(session.status).toBe('completed')
    expect(session.tasks[0]?.attempts.map((attempt) => [attempt.agentId, attempt.error?.code ?? null])).toEqual([
      ['mute', 'AGENT_LOST'],
      ['steady', null],
    ])
    expect(await livenessOf(fleet, 'mute')).toBe('offline')
    expect(await fleet.post(heartbeatOf('mute'))).toEqual({
      status: 202,
      body: { status: 'success', message: 'Heartbeat accepted' },
    })
    expect(await livenessOf(fleet, 'mute')).not.toBe('offline')
  })

  it('moves a task that waits for an agent that fell silent to another one that can do it', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('mute', { state: null, capabilities: ['x'], ...every('100ms') })
    const tasks = [{ taskId: 'a', agentCapability: 'x' }]
    const { sessionId } = await fleet.opsCore.trigger('mute', { id: 'moved', name: 'Moved', tasks })
    await fleet.agent('steady', { capabilities: ['x'] })
    expect((await fleet.opsCore.ended(sessionId)).tasks[0]?.agentId).toBe('steady')
  })

  it('calls no agent lost that keeps its promise, nor one that made none', async () => {
    await using fleet = await startFleet(storage)
    const interval = every('500ms')
    await fleet.agent('mute', { work: hold, ...interval })
    await fleet.agent('beating', { work: hold, ...interval })
    await fleet.agent('plain', { work: hold })
    for (const agentId of ['mute', 'beating', 'plain']) {
      await fleet.opsCore.trigger(agentId, { id: agentId, name: agentId, tasks: [{ taskId: 'a' }] })
    }
    const seen = new Set<string>()
    await fleet.until(async () => {
      await fleet.post(heartbeatOf('beating'))
      seen.add(await livenessOf(fleet, 'beating')).add(await livenessOf(fleet, 'plain'))
      return (await livenessOf(fleet, 'mute')) === 'offline'
    })
    expect(seen).not.toContain('offline')
  })

  it('knows nothing of agents that are not registered', async () => {
    await using fleet = await startFleet(storage)
    const answer = await fleet.post(heartbeatOf('nobody'))
    expect(answer).toMatchObject({ status: 404, body: { code: 'AGENT_NOT_FOUND' } })
  })
})
