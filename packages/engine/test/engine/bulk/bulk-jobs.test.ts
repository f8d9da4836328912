import type { BulkItem } from '@opscore/contract'
import { expect, it } from 'vitest'
import type { Engine } from '../../../src/engine.ts'
import { createMemoryStore } from '../../../src/memory/memory-store.ts'
import { type Store, StoreUnavailableError } from '../../../src/ports/store.ts'
import { createDice, createSeededIds, createVirtualClock } from '../../sim/virtual-world.ts'
import { everyPage } from '../../store-contract/pages.ts'
import { startEngine } from '../engine-trial.ts'
import { silentLog } from '../silent-log.ts'

const MINUTE = 60_000
const COUNT = 120

/** Engines that come one after the other, or stand beside each other, over one store. */
function createWorld(options: { shared: boolean }) {
  const clock = createVirtualClock(0)
  const store = createMemoryStore({ clock, log: silentLog, ...options })
  const ids = createSeededIds(createDice(1))
  return {
    store,
    start(over: Store = store) {
      const link = { deliver: async () => ({ outcome: 'accepted', via: 'direct' }) as const }
      return startEngine({ link, clock, store: over, ids })
    },
  }
}

async function startSessions({ engine, join }: Awaited<ReturnType<typeof startEngine>>): Promise<string[]> {
  await join('a')
  const definition = { id: 'w', name: 'w', tasks: [{ taskId: 'one', name: 'one' }] }
  const started = Array.from({ length: COUNT }, () =>
    engine.trigger({ agentId: 'a', workflow: { definition }, input: null }),
  )
  return (await Promise.all(started)).map(({ sessionId }) => sessionId)
}

const itemsOf = (engine: Engine, jobId: string): Promise<BulkItem[]> =>
  everyPage(async (page) => {
    const { items, nextCursor } = await engine.bulkItems(jobId, page)
    return { items, next: nextCursor }
  }, 50)

/** The store, which hands the writing of each chunk's outcomes to `noted`, with how many there were before. */
function watching(store: Store, noted: (chunks: number, write: () => Promise<boolean>) => Promise<boolean>): Store {
  let chunks = 0
  return {
    ...store,
    putRecord(record) {
      const write = () => store.putRecord(record)
      return record.kind === 'bulk-items' && record.expectedVersion > 0 ? noted(chunks++, write) : write()
    },
  }
}

it('goes on with a job after a restart, on the sessions that were chosen when it was made', async () => {
  const { store, start } = createWorld({ shared: false })
  const stopped = Promise.withResolvers<void>()
  const first = await start(
    watching(store, async (_chunks, write) => {
      const written = await write()
      first.engine.close().then(stopped.resolve, stopped.reject)
      return written
    }),
  )
  const sessionIds = await startSessions(first)
  const { jobId } = await first.engine.startBulk({ filter: { status: ['running'] }, action: 'cancel' })
  await stopped.promise
  expect((await store.countSessions()).cancelled).toBe(50)

  const second = await start()
  const later = await startSessions(second)
  await second.pass(1_000)
  expect(await second.engine.bulkJob(jobId)).toMatchObject({
    status: 'completed',
    total: COUNT,
    done: COUNT,
    counts: { ok: COUNT, skipped: 0, failed: 0 },
  })
  const items = await itemsOf(second.engine, jobId)
  expect(items.map(({ sessionId }) => sessionId).sort()).toEqual(sessionIds.toSorted())
  expect((await store.countSessions()).cancelled).toBe(COUNT)
  expect((await second.engine.session(later[0] ?? '')).status).toBe('running')
  await second.engine.close()
})

it('does again what was done and not noted when its process died, which harms nothing', async () => {
  const { store, start } = createWorld({ shared: false })
  const stopped = Promise.withResolvers<void>()
  const first = await start(
    watching(store, async (chunks, write) => {
      if (chunks === 0) return write()
      first.engine.close().then(stopped.resolve, stopped.reject)
      throw new StoreUnavailableError('The process dies here')
    }),
  )
  await startSessions(first)
  const { jobId } = await first.engine.startBulk({ filter: { status: ['running'] }, action: 'cancel' })
  await stopped.promise
  expect((await store.countSessions()).cancelled).toBe(100)

  const second = await start()
  await second.pass(1_000)
  expect(await second.engine.bulkJob(jobId)).toMatchObject({
    status: 'completed',
    counts: { ok: COUNT - 50, skipped: 50, failed: 0 },
  })
  expect((await store.countSessions()).cancelled).toBe(COUNT)
  await second.engine.close()
})

it('is taken up by another process once its own has been gone for a minute, and not before', async () => {
  const { store, start } = createWorld({ shared: true })
  const second = await start()
  const stopped = Promise.withResolvers<void>()
  const first = await start(
    watching(store, async (_chunks, write) => {
      const written = await write()
      first.engine.close().then(stopped.resolve, stopped.reject)
      return written
    }),
  )
  await startSessions(first)
  const { jobId } = await first.engine.startBulk({ filter: { status: ['running'] }, action: 'pause' })
  await stopped.promise
  await second.pass(MINUTE / 2)
  expect(await second.engine.bulkJob(jobId)).toMatchObject({ status: 'running', done: 50 })
  await second.pass(MINUTE)
  expect(await second.engine.bulkJob(jobId)).toMatchObject({ status: 'completed', counts: { ok: COUNT } })
  await second.engine.close()
})

it('waits while the store takes no writes, and then goes on', async () => {
  const { store, start } = createWorld({ shared: false })
  let away = false
  const { engine, pass, ...rest } = await start({
    ...store,
    async commit(commit) {
      if (away) throw new StoreUnavailableError('Away')
      return store.commit(commit)
    },
  })
  const [one = ''] = await startSessions({ engine, pass, ...rest })
  away = true
  const { jobId } = await engine.startBulk({ selection: [one], action: 'cancel' })
  await pass(5_000)
  expect(await engine.bulkJob(jobId)).toMatchObject({ status: 'running', done: 0 })
  away = false
  await pass(5_000)
  expect(await engine.bulkJob(jobId)).toMatchObject({ status: 'completed', counts: { ok: 1 } })
  await engine.close()
})

it('runs no more than 8 jobs at once, and takes no more than 10,000 sessions', async () => {
  const { store, start } = createWorld({ shared: false })
  let away = false
  const { engine, pass, ...rest } = await start({
    ...store,
    async commit(commit) {
      if (away) throw new StoreUnavailableError('Away')
      return store.commit(commit)
    },
  })
  const [one = ''] = await startSessions({ engine, pass, ...rest })
  away = true
  const order = { selection: [one], action: 'cancel' } as const
  for (let jobs = 0; jobs < 8; jobs++) await engine.startBulk(order)
  await expect(engine.startBulk(order)).rejects.toMatchObject({ code: 'TOO_MANY_JOBS' })
  away = false
  await pass(5_000)
  expect(await engine.startBulk(order)).toMatchObject({ status: 'running' })

  const head = (await store.listSessions({}, { limit: 1 })).items[0]
  if (!head) throw new Error('There is a session')
  const items = Array.from({ length: 200 }, (_, index) => ({ ...head, sessionId: `s${index}` }))
  let pages = 0
  const many: Store = {
    ...store,
    listSessions: async () => ({
      items: items.map((each) => ({ ...each, sessionId: `${each.sessionId}.${pages}` })),
      next: String(pages++),
    }),
  }
  const other = await start(many)
  await expect(other.engine.startBulk({ filter: { status: ['running'] }, action: 'cancel' })).rejects.toMatchObject({
    code: 'BULK_TOO_LARGE',
  })
  expect(pages).toBe(51)
  await engine.close()
  await other.engine.close()
})
