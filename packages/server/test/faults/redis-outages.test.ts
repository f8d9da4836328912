/** What becomes of a store whose Redis dies, freezes, fills up or comes back as another (reliability.md, fault catalogue B). */

import { type Store, StoreFullError, StoreUnavailableError } from '@opscore/engine'
import { openRedisStore, type RedisStoreOptions } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commitAll, live, register, report } from '../../../engine/test/store-contract/commits.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'

const open = (redis: RedisProcess, options: Partial<RedisStoreOptions> = {}) =>
  openRedisStore({ address: readRedisUrl(redis.url), partitions: 3, log: recordingLog().log, ...options })

/** How it ended, and how long that took. */
async function timed(work: () => Promise<unknown>): Promise<{ error: unknown; took: number }> {
  const start = performance.now()
  const error = await work().then(
    () => null,
    (reason: unknown) => reason,
  )
  return { error, took: performance.now() - start }
}

const isBack = (store: Store) => expect.poll(() => store.available, { timeout: 5_000, interval: 20 }).toBe(true)

describe('a Redis that writes its log before it answers', () => {
  let redis: RedisProcess
  let store: Store
  beforeEach(async () => {
    redis = await startRedis({ appendonly: 'yes', appendfsync: 'always' })
    store = await open(redis)
  })
  afterEach(async () => {
    await store.close()
    await redis[Symbol.asyncDispose]()
  })

  it('loses nothing that was acknowledged when it is killed, and is told from one that is there', async () => {
    const acknowledged = new Map<string, number>()
    const failures: unknown[] = []
    let running = true
    const writers = Array.from({ length: 12 }, async (_, n) => {
      const id = `agent-${n}`
      for (let version = 0; running; version++) {
        const result = await store.commit(version === 0 ? register(id) : report(id, version))
        if (result.ok) acknowledged.set(id, result.version)
      }
    }).map((writer) => writer.catch((error: unknown) => failures.push(error)))
    await expect.poll(() => Math.min(...acknowledged.values()), { timeout: 20_000 }).toBeGreaterThan(20)
    await redis.kill()
    running = false
    await Promise.all(writers)
    expect(failures).toHaveLength(writers.length)
    expect(failures.every((error) => error instanceof StoreUnavailableError)).toBe(true)

    const [read, write] = [
      await timed(() => store.loadAgent('agent-0')),
      await timed(() => store.commit(register('x'))),
    ]
    for (const { error, took } of [read, write]) {
      expect(error).toBeInstanceOf(StoreUnavailableError)
      expect(took).toBeLessThan(1_000)
    }
    expect(store.available).toBe(false)

    await redis.start()
    await isBack(store)
    expect(store.generation).toBe(1)
    for (const [id, version] of acknowledged) {
      const durable = (await store.loadAgent(id))?.version ?? 0
      // What was under way at the kill may be there or not.
      expect([version, version + 1]).toContain(durable)
    }
    await commitAll(store, register('later'))
  })
})

describe('a Redis that keeps nothing', () => {
  let redis: RedisProcess
  beforeEach(async () => {
    redis = await startRedis()
  })
  afterEach(() => redis[Symbol.asyncDispose]())

  it('is noticed when it comes back empty, said loudly, and never served', async () => {
    const { log, logged } = recordingLog()
    await using store = closing(await open(redis, { log }))
    await commitAll(store, register('a'))
    await redis.kill()
    await redis.start({ empty: true })
    await expect
      .poll(() => logged, { timeout: 10_000 })
      .toContain('Redis is back, but cannot be used: nothing is served')
    expect(store.available).toBe(false)
    for (const work of [() => store.loadAgent('a'), () => store.commit(register('b')), () => store.head()]) {
      await expect(work()).rejects.toBeInstanceOf(StoreUnavailableError)
    }
    expect(redis.cli('DBSIZE')).toBe('0')
  })

  it('is noticed when it is emptied under an open connection', async () => {
    const { log, logged } = recordingLog()
    await using store = closing(await open(redis, { log }))
    await commitAll(store, register('a'))
    redis.cli('FLUSHALL')
    await expect(store.commit(report('a', 1))).rejects.toBeInstanceOf(StoreUnavailableError)
    await expect.poll(() => store.available).toBe(false)
    expect(redis.cli('DBSIZE')).toBe('0')
    await expect
      .poll(() => logged, { timeout: 10_000 })
      .toContain('Redis is back, but cannot be used: nothing is served')
  })

  it('is noticed when it is emptied while nobody writes, so that no read finds nothing for long', async () => {
    await using store = closing(await open(redis))
    await commitAll(store, register('a'))
    redis.cli('FLUSHALL')
    await expect.poll(() => store.available, { timeout: 10_000 }).toBe(false)
    await expect(store.loadAgent('a')).rejects.toBeInstanceOf(StoreUnavailableError)
  })

  it('is noticed when another store has taken its place', async () => {
    await using first = closing(await open(redis))
    await commitAll(first, register('a'))
    redis.cli('FLUSHALL')
    await using second = closing(await open(redis))
    await commitAll(second, register('b'))
    await expect(first.commit(register('c'))).rejects.toBeInstanceOf(StoreUnavailableError)
    expect(await second.countAgents()).toBe(1)
    await expect(first.loadAgent('b')).rejects.toBeInstanceOf(StoreUnavailableError)
  })

  it('is refused at start where a part of the store is missing', async () => {
    await (await open(redis)).close()
    redis.cli('DEL', 'opscore:{p1}:meta')
    await expect(open(redis)).rejects.toThrow(/Redis has lost a part of the store .+: 1 of 4 pieces are gone/)
  })
})

describe('a Redis that answers nothing', () => {
  it('keeps no call waiting for longer than its patience, and goes on when it is let', async () => {
    await using redis = await startRedis()
    await using store = closing(await open(redis, { patience: 500 }))
    await commitAll(store, register('a'))
    redis.stop()
    const waiting = [
      timed(() => store.commit(report('a', 1))),
      timed(() => store.loadAgent('a')),
      timed(() => store.listAgents({}, { limit: 5 })),
      timed(() => store.trim({ agentEventsBefore: 0, sessionsEndedBefore: 0, now: 0 })),
    ]
    for (const { error, took } of await Promise.all(waiting)) {
      expect(error).toBeInstanceOf(StoreUnavailableError)
      expect(took).toBeLessThan(2_000)
    }
    for (const { error, took } of [await timed(() => store.loadAgent('a')), await timed(() => store.head())]) {
      expect(error).toBeInstanceOf(StoreUnavailableError)
      expect(took).toBeLessThan(1_000)
    }
    redis.resume()
    await isBack(store)
    const known = await store.loadAgent('a')
    // The commit that was under way may have taken effect.
    expect([1, 2]).toContain(known?.version)
    await commitAll(store, report('a', known?.version ?? 0))
  })
})

describe('a Redis that is full', () => {
  it('refuses what needs room with its own error, goes on reading, and takes it again when there is room', async () => {
    await using redis = await startRedis({ maxmemory: '4mb', 'maxmemory-policy': 'noeviction' })
    await using store = closing(await open(redis))
    await commitAll(store, register('a'))
    const heavy = live({ details: { text: 'x'.repeat(100_000) } })
    let refused: unknown
    let written = 0
    for (let n = 0; n < 200 && refused === undefined; n++) {
      await store.commit(register(`heavy-${n}`, { live: heavy })).then(
        () => {
          written += 1
        },
        (error: unknown) => {
          refused = error
        },
      )
    }
    expect(refused).toBeInstanceOf(StoreFullError)
    expect(store.available).toBe(false)
    expect((await store.loadAgent('a'))?.version).toBe(1)
    expect(await store.countAgents()).toBe(written + 1)
    expect(await store.events([0, 0, 0], 500)).toHaveLength(written + 1)
    redis.cli('CONFIG', 'SET', 'maxmemory', '64mb')
    await isBack(store)
    await commitAll(store, report('a', 1), register('later', { live: heavy }))
  })
})

const closing = (store: Store): Store & AsyncDisposable =>
  Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
