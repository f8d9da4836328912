import { expect, test } from 'vitest'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { Store } from '../../src/ports/store.ts'
import { createEventStreams } from '../../src/stream/publish.ts'
import { commitAll, register, report } from '../store-contract/commits.ts'
import { silentLog } from './silent-log.ts'

test('a reader is told to look again, and goes on, where the store has been away', async () => {
  const inner = createMemoryStore({ clock: { now: () => 0 }, log: silentLog })
  const away = { times: 0 }
  const store: Store = {
    ...inner,
    get generation() {
      return away.times
    },
  }
  const reading = new AbortController()
  const stream = createEventStreams(store).open({ filter: {}, signal: reading.signal })[Symbol.asyncIterator]()
  const next = async () => {
    const { value } = await stream.next()
    return value === 'resync' ? value : value.map(({ event }: { event: { id: string } }) => event.id)
  }
  expect(await next()).toEqual([])
  await commitAll(store, register('a'))
  expect(await next()).toEqual(['0-1'])
  away.times += 1
  expect(await next()).toBe('resync')
  await commitAll(store, report('a', 1))
  expect(await next()).toEqual(['0-2'])
  reading.abort()
  await stream.return?.()
})
