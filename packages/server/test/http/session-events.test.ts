import type { OpsEvent, Page } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { hold, startFleet } from '../end-to-end/fleet.ts'

describe.each(['memory', 'sqlite'] as const)('events of a session over the %s store', (storage) => {
  it('are read from both ends, page by page, and a cursor goes on in its own order alone', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: hold })
    const { sessionId } = await fleet.started('worker', { id: 'one', name: 'One', tasks: [{ taskId: 'a' }] })
    await fleet.post(`/v1/opscore/session/${sessionId}/cancel`)
    const at = `/v1/opscore/session/${sessionId}/event`
    const read = (query: string) => fleet.opsCore.get<Page<OpsEvent>>(`${at}?${query}`)

    const oldestFirst = (await read('limit=200')).items
    expect(oldestFirst[0]?.type).toBe('session.started')
    expect((await read('limit=200&order=asc')).items).toEqual(oldestFirst)
    const newestFirst: OpsEvent[] = []
    let cursor: string | null = null
    do {
      const page: Page<OpsEvent> = await read(`order=desc&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`)
      newestFirst.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(newestFirst).toEqual(oldestFirst.toReversed())

    const { nextCursor } = await read('order=desc&limit=1')
    const refused = async (query: string) => (await fleet.opsCore.call('GET', `${at}?${query}`)).body.code
    expect(await refused(`order=asc&limit=1&cursor=${nextCursor}`)).toBe('INVALID_CURSOR')
    expect(await refused('order=backwards')).toBe('VALIDATION_FAILED')
  })
})
