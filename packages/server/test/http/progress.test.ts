import type { JsonObject, OpsEvent, Page } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { hold, startFleet } from '../end-to-end/fleet.ts'
import { API_KEY } from '../end-to-end/ops-core.ts'
import { readEvents } from './event-reader.ts'

const definition: JsonObject = { id: 'long', name: 'Long', tasks: [{ taskId: 'a' }] }

describe.each(['memory', 'sqlite'] as const)('progress on the live stream over the %s store', (storage) => {
  it('is told in its place, under the cursor of the event before it, and is not kept', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: hold })
    await using stream = await readEvents(fleet.opsCore.url, { key: API_KEY })
    const { sessionId, task } = await fleet.started('worker', definition)
    const beat = (fraction: number) =>
      fleet.post(`/v1/opscore/task/${task.taskId}/heartbeat`, { progress: { fraction, text: null } })

    let last = await stream.next()
    while (last.event !== 'task.running') last = await stream.next()
    await beat(0.1)
    const first = await stream.next()
    expect([first.event, first.id]).toEqual(['task.progressed', last.id])
    expect(JSON.parse(first.data ?? '')).toEqual({
      id: expect.any(String),
      type: 'task.progressed',
      time: expect.any(String),
      agentId: 'worker',
      sessionId,
      taskId: task.taskId,
      taskDefinitionId: 'a',
      attempt: 1,
      data: { fraction: 0.1, text: null },
    })
    await beat(0.2)
    const second = await stream.next()
    expect([second.event, second.id, JSON.parse(second.data ?? '').data.fraction]).toEqual([
      'task.progressed',
      last.id,
      0.2,
    ])

    await fleet.post(`/v1/opscore/task/${task.taskId}/complete`)
    await fleet.opsCore.ended(sessionId)
    const next = await stream.next()
    await using resumed = await readEvents(fleet.opsCore.url, {
      key: API_KEY,
      headers: { 'last-event-id': second.id ?? '' },
    })
    expect((await resumed.next()).data).toBe(next.data)
    const { items } = await fleet.opsCore.get<Page<OpsEvent>>(`/v1/opscore/session/${sessionId}/event?limit=200`)
    expect(items.map((event) => event.type)).not.toContain('task.progressed')
  })

  it('passes by whoever filters it out, and a heartbeat without progress tells nothing', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: hold })
    const { sessionId, task } = await fleet.started('worker', definition)
    const open = (query: string) => readEvents(fleet.opsCore.url, { key: API_KEY, query })
    await using mine = await open(`?sessionId=${sessionId}&type=task.progressed&agentId=worker`)
    await using ends = await open('?type=session.completed')
    await using others = await open('?agentId=another')
    await fleet.post(`/v1/opscore/task/${task.taskId}/heartbeat`)
    await fleet.post(`/v1/opscore/task/${task.taskId}/heartbeat`, { progress: { fraction: 1, text: 'done' } })
    expect(JSON.parse((await mine.next()).data ?? '').data).toEqual({ fraction: 1, text: 'done' })
    await fleet.post(`/v1/opscore/task/${task.taskId}/complete`)
    expect((await ends.next()).event).toBe('session.completed')
    await fleet.agent('another', { state: null })
    expect((await others.next()).event).toBe('agent.registered')
  })
})
