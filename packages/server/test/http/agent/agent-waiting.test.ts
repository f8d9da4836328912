import type { AgentWaiting, JsonObject } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { hold, startFleet } from '../../end-to-end/fleet.ts'

const definition = (priority: number, task: JsonObject): JsonObject => ({
  ...{ id: 'one', name: 'One', routing: 'strict', defaults: { priority } },
  tasks: [{ taskId: 'a', ...task }],
})
const at = (agentId: string, rest = '') => `/v1/opscore/agent/${agentId}/waiting${rest}`

describe.each(['memory', 'sqlite'] as const)('what waits for an agent, over the %s store', (storage) => {
  it('is listed in the order in which it would take it, with why it does not', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: hold, capabilities: ['rare'] })
    await fleet.agent('other', { capabilities: [] })
    const waiting = (rest?: string) => fleet.opsCore.get<AgentWaiting>(at('worker', rest))
    expect(await waiting()).toEqual({ agentId: 'worker', cause: null, items: [], more: false })

    await fleet.post('/v1/opscore/agent/worker/pause', { reason: 'Lunch' })
    const own = await fleet.opsCore.trigger('worker', definition(1, {}))
    const shared = await fleet.opsCore.trigger('other', definition(7, { agentCapability: 'rare' }))
    const { cause, items, more } = await fleet.until(async () => {
      const found = await waiting()
      return found.items.length === 2 && found
    })
    expect(cause).toMatchObject({ code: 'AGENT_PAUSED', hint: 'Resume the agent' })
    expect(cause?.detail).toContain('Lunch')
    expect(items).toMatchObject([
      { sessionId: shared.sessionId, capability: 'rare', priority: 7 },
      { sessionId: own.sessionId, capability: null, priority: 1 },
    ])
    expect(more).toBe(false)
    expect(await waiting('?limit=1')).toMatchObject({ items: [{ sessionId: shared.sessionId }], more: true })
    expect((await fleet.opsCore.get<AgentWaiting>(at('other'))).items).toEqual([])

    await fleet.post('/v1/opscore/agent/worker/resume')
    const rest = await fleet.until(async () => {
      const found = await waiting()
      return found.items.length === 1 && found
    })
    expect(rest).toMatchObject({ cause: { code: 'AGENT_BUSY' }, items: [{ sessionId: own.sessionId }] })
  })
})
