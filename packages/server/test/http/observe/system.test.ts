import { expect, test } from 'vitest'
import { startApi } from '../api-under-test.ts'
import { startedOpsCore } from '../started-ops-core.ts'

const FACTS = { partitions: 1, events: 7, trimmed: 0, openSessions: 2, effects: 0, processes: [] }

test('the system says since when it is well, and of what it is unwell', async () => {
  let health: { status: 'ok' | 'unwell'; since: number; detail: string | null } = {
    status: 'ok',
    since: 1_000,
    detail: null,
  }
  await using api = await startApi({ engine: { system: async () => ({ ...FACTS, health }) } })
  const ask = async () => (await api.call('GET', '/v1/opscore/system')).json
  expect((await ask()).health).toEqual({ status: 'ok', since: '1970-01-01T00:00:01.000Z' })
  health = { status: 'unwell', since: 2_000, detail: 'The store cannot be reached, or takes no writes' }
  expect((await ask()).health).toEqual({
    status: 'unwell',
    since: '1970-01-01T00:00:02.000Z',
    detail: 'The store cannot be reached, or takes no writes',
  })
})

test('it answers where the store cannot say a thing, and tells no secret', async () => {
  const none = { events: null, trimmed: null, openSessions: null, effects: null }
  const health = { status: 'unwell', since: 0, detail: 'Away' } as const
  await using api = await startApi({ engine: { system: async () => ({ ...FACTS, ...none, health }) } })
  const answer = await api.call('GET', '/v1/opscore/system')
  expect([answer.status, answer.json.store.events, answer.json.queues.openSessions]).toEqual([200, null, null])
})

test('a running one is well, knows itself among its processes, and says of its key only that there is one', async () => {
  await using opscore = await startedOpsCore({ storage: 'sqlite' })
  const { json, text } = await opscore.call('GET', '/v1/opscore/system')
  expect(json).toMatchObject({
    role: 'all',
    store: { type: 'sqlite', partitions: 1 },
    health: { status: 'ok' },
    configuration: { OPSCORE_API_KEY: true },
  })
  expect(json.processes.filter(({ self }: { self: boolean }) => self)).toHaveLength(1)
  expect(text).not.toContain('the-key-of')
})
