import type { AgentView, Explanation, JsonObject } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { hold, startFleet } from '../../end-to-end/fleet.ts'

const one: JsonObject = { id: 'one', name: 'One', tasks: [{ taskId: 'a' }], routing: 'strict' }
const at = (agentId: string, action: string) => `/v1/opscore/agent/${agentId}/${action}`

describe.each(['memory', 'sqlite'] as const)('an operator’s hold on an agent, over the %s store', (storage) => {
  it('a pause lets what runs go on and keeps new tasks away, until it is resumed', async () => {
    await using fleet = await startFleet(storage)
    const worker = await fleet.agent('worker', { work: hold })
    const agent = () => fleet.opsCore.get<AgentView>('/v1/opscore/agent/worker')
    expect((await fleet.post(at('worker', 'pause'), { reason: 'Lunch' })).status).toBe(202)
    expect((await fleet.post(at('worker', 'pause'))).status).toBe(202)
    expect((await agent()).hold).toMatchObject({ kind: 'pause', reason: 'Lunch' })

    const { sessionId } = await fleet.opsCore.trigger('worker', one)
    await fleet.until(async () => {
      const { causes } = await fleet.opsCore.get<Explanation>(`/v1/opscore/session/${sessionId}/explain`)
      return causes.some(({ code }) => code === 'AGENT_PAUSED')
    })
    expect(worker.received).toEqual([])
    expect((await fleet.post(at('worker', 'resume'))).status).toBe(202)
    expect((await agent()).hold).toBeNull()
    await fleet.until(async () => worker.received.length === 1)
  })

  it('a drain is over when the last task has ended', async () => {
    await using fleet = await startFleet(storage)
    const worker = await fleet.agent('worker', { work: hold })
    const agent = () => fleet.opsCore.get<AgentView>('/v1/opscore/agent/worker')
    const { task } = await fleet.started('worker', one)
    expect((await fleet.post(at('worker', 'drain'))).status).toBe(202)
    expect((await agent()).hold).toMatchObject({ kind: 'drain', drainedAt: null })
    await worker.report('idle', { opscore_task_id: task.attempts[0]?.attemptId ?? '' })
    await fleet.until(async () => (await agent()).hold?.drainedAt !== null)
  })

  it('nobody holds an agent that is not there', async () => {
    await using fleet = await startFleet(storage)
    for (const action of ['pause', 'drain', 'resume']) {
      expect(await fleet.post(at('nobody', action))).toMatchObject({ status: 404, body: { code: 'AGENT_NOT_FOUND' } })
    }
  })
})
