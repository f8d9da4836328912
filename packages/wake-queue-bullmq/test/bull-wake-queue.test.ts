import type { WakeQueue, WakeUp } from '@opscore/engine/store'
import { systemClock } from '@opscore/engine/store'
import { readRedisUrl } from '@opscore/store-redis/address'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../engine/test/engine/silent-log.ts'
import { type RedisProcess, startRedis } from '../../store-redis/test/redis/redis-process.ts'
import { createBullWakeQueue } from '../src/bull-wake-queue.ts'

const SOON = { timeout: 15_000, interval: 20 }
const WAITING = '{opscore}:wake-ups:delayed'

describe('wake-ups on BullMQ', () => {
  let redis: RedisProcess
  const queues: WakeQueue[] = []
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis[Symbol.asyncDispose]())
  beforeEach(() => void redis.cli('FLUSHALL'))
  afterEach(async () => {
    for (const queue of queues.splice(0)) await queue.close()
  })

  function queue(): WakeQueue {
    const made = createBullWakeQueue({ address: readRedisUrl(redis.url), clock: systemClock, log: silentLog })
    queues.push(made)
    return made
  }

  /** A queue that keeps whom it was told to look at. */
  function listening(handle: (wake: WakeUp) => Promise<void> = async () => {}) {
    const made = queue()
    const woken: WakeUp[] = []
    made.start(async (wake) => {
      woken.push(wake)
      await handle(wake)
    })
    return { queue: made, woken }
  }

  const wake = (id: string, at: number, version = 1): WakeUp => ({ kind: 'session', id, version, at })

  it('hands what is due to one of several workers, whoever asked for it', async () => {
    const [one, two] = [listening(), listening()]
    const api = queue()
    const ids = Array.from({ length: 50 }, (_, n) => `session:${n} %ü`)
    for (const id of ids) api.schedule(wake(id, systemClock.now()))
    const woken = () => [...one.woken, ...two.woken].map(({ id }) => id)
    await expect.poll(woken, SOON).toHaveLength(50)
    expect(woken().toSorted()).toEqual(ids.toSorted())
  })

  it('hands on what an agent could do before', async () => {
    const { woken } = listening()
    const told: WakeUp = { kind: 'agent', id: 'a', version: 3, at: systemClock.now(), lost: ['x', 'y'] }
    queue().schedule(told)
    await expect.poll(() => woken, SOON).toEqual([told])
  })

  it('hands out what comes later at its time and not before, at its last word', async () => {
    const { queue: own, woken } = listening()
    const at = systemClock.now() + 400
    own.schedule(wake('later', at))
    own.schedule(wake('at once', systemClock.now()))
    await expect.poll(() => woken.map(({ id }) => id), SOON).toEqual(['at once', 'later'])
    expect(systemClock.now()).toBeGreaterThanOrEqual(at)
    expect(woken[1]).toEqual(wake('later', at))
  })

  it('makes a job of what is near alone, and one for an aggregate that puts its time off', async () => {
    const own = queue()
    const soon = systemClock.now() + 50_000
    own.schedule(wake('far', systemClock.now() + 3_600_000))
    own.schedule(wake('near', soon, 1))
    await expect.poll(() => redis.cli('ZCARD', WAITING), SOON).toBe('1')
    for (let version = 2; version < 20; version++) own.schedule(wake('near', soon + version * 10, version))
    own.schedule(wake('other', soon))
    await expect.poll(() => redis.cli('ZCARD', WAITING), SOON).toBe('2')
    own.schedule(wake('near', soon - 20_000, 20))
    await expect.poll(() => redis.cli('ZCARD', WAITING), SOON).toBe('3')
  })

  it('asks again about an aggregate whose handler failed', async () => {
    let failures = 0
    const { queue: own, woken } = listening(async () => {
      failures += 1
      if (failures === 1) throw new Error('the store is away')
    })
    own.schedule(wake('shaky', systemClock.now()))
    await expect.poll(() => woken, SOON).toHaveLength(2)
  })

  it('looks once at an aggregate that asks several times at once, at its last word and where something was lost', async () => {
    const { queue: own, woken } = listening()
    for (let version = 1; version <= 20; version++) {
      own.schedule({ ...wake('eager', systemClock.now(), version), ...(version === 7 ? { lost: ['c'] } : {}) })
      own.schedule(wake(`other ${version}`, systemClock.now()))
    }
    await expect.poll(() => woken, SOON).toHaveLength(22)
    const eager = woken.filter(({ id }) => id === 'eager').map(({ version }) => version)
    expect(eager.toSorted((a, b) => a - b)).toEqual([7, 20])
  })

  it('looks again at an aggregate that asks for it while it is looked at', async () => {
    const entered = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const { queue: own, woken } = listening(async ({ version }) => {
      if (version > 1) return
      entered.resolve()
      await go.promise
    })
    own.schedule(wake('busy', systemClock.now(), 1))
    await entered.promise
    own.schedule(wake('busy', systemClock.now(), 2))
    await expect.poll(() => woken.map(({ version }) => version), SOON).toEqual([1, 2])
    go.resolve()
  })

  it('runs a round once in each slot, over all processes', async () => {
    const interval = 1_000
    const slot = () => Math.floor(systemClock.now() / interval)
    const first = slot()
    let runs = 0
    const run = async () => {
      runs += 1
    }
    for (const each of [listening(), listening(), listening()]) each.queue.every({ name: 'sweep', interval, run })
    await expect.poll(() => runs, SOON).toBeGreaterThanOrEqual(4)
    expect(runs).toBeLessThanOrEqual(slot() - first + 1)
  })

  it('goes on by itself when Redis was away, and when it was emptied', async () => {
    const { queue: own, woken } = listening()
    own.schedule(wake('before', systemClock.now()))
    await expect.poll(() => woken, SOON).toHaveLength(1)
    await redis.kill()
    own.schedule(wake('lost', systemClock.now()))
    await redis.start({ empty: true })
    let version = 1
    await expect
      .poll(() => {
        own.schedule(wake('after', systemClock.now(), version++))
        return woken.map(({ id }) => id)
      }, SOON)
      .toContain('after')
  })

  it('waits for handlers that are under way when it is closed, and hands out nothing more', async () => {
    const entered = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    let ended = false
    const { queue: own, woken } = listening(async () => {
      entered.resolve()
      await go.promise
      ended = true
    })
    own.schedule(wake('long', systemClock.now()))
    await entered.promise
    const closed = own.close()
    own.schedule(wake('late', systemClock.now()))
    go.resolve()
    await closed
    expect(ended).toBe(true)
    expect(woken).toHaveLength(1)
  })
})
