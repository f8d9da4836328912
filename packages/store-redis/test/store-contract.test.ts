import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commitAll, register } from '../../engine/test/store-contract/commits.ts'
import { recordingLog } from '../../engine/test/store-contract/recording-log.ts'
import {
  severalProcessesContract,
  type TwoStores,
} from '../../engine/test/store-contract/several-processes-contract.ts'
import { storeContract } from '../../engine/test/store-contract/store-contract.ts'
import { readRedisUrl } from '../src/link/redis-address.ts'
import { openRedisStore } from '../src/redis-store.ts'
import { openEmptyRedisStore } from './redis/open-empty-store.ts'
import { type RedisProcess, startRedis } from './redis/redis-process.ts'

let redis: RedisProcess
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis[Symbol.asyncDispose]())

storeContract('in Redis', (parts) => openEmptyRedisStore(redis, parts))

describe.each([1, 5])('a store in Redis of %i partitions that two processes share', (partitions) => {
  let subject: TwoStores
  beforeEach(async () => {
    const { log } = recordingLog()
    const one = await openEmptyRedisStore(redis, { partitions, log })
    subject = { one, two: await openRedisStore({ address: readRedisUrl(redis.url), partitions: 3, log }) }
  })
  afterEach(async () => {
    await subject.one.close()
    await subject.two.close()
  })

  severalProcessesContract(() => subject)

  it('has the partitions that it was made with, whatever is asked for later', () => {
    expect([subject.one.partitions, subject.two.partitions]).toEqual([partitions, partitions])
  })

  it('raises its generation when the connection was lost, and finds everything again', async () => {
    const { one } = subject
    await commitAll(one, register('a'))
    const before = one.generation
    redis.cli('CLIENT', 'KILL', 'TYPE', 'normal')
    await expect.poll(() => one.generation, { timeout: 5_000 }).toBeGreaterThan(before)
    expect((await one.loadAgent('a'))?.version).toBe(1)
  })
})

it('makes one store where several processes start at once over an empty Redis', async () => {
  const { log } = recordingLog()
  redis.cli('FLUSHALL')
  const address = readRedisUrl(redis.url)
  const opening = [2, 7, 4, 1].map((partitions) => openRedisStore({ address, partitions, log }))
  const stores = await Promise.all(opening)
  expect(new Set(stores.map((store) => store.partitions)).size).toBe(1)
  await Promise.all(stores.map((store, n) => commitAll(store, register(`agent-${n}`))))
  expect(await stores[0]?.countAgents()).toBe(4)
  await Promise.all(stores.map((store) => store.close()))
})
