import type { OpsEvent } from '@opscore/contract'
import { StoreUnavailableError, systemClock } from '@opscore/engine'
import { createRedisBroadcast, openRedisStore } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import { createBullWakeQueue } from '@opscore/wake-queue-bullmq'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commitAll, register, report } from '../../../engine/test/store-contract/commits.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import {
  severalProcessesContract,
  type TwoStores,
} from '../../../engine/test/store-contract/several-processes-contract.ts'
import { storeContract } from '../../../engine/test/store-contract/store-contract.ts'
import { type RedisCluster, startRedisCluster } from '../../../store-redis/test/redis/redis-cluster.ts'

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startRedisCluster({ appendonly: 'yes', appendfsync: 'always' })
})
afterAll(() => cluster[Symbol.asyncDispose]())

const open = (partitions: number, options: object = { log: recordingLog().log }) =>
  openRedisStore({ address: readRedisUrl(cluster.url), partitions, log: recordingLog().log, ...options })

storeContract('in a Redis Cluster of three masters', async (parts) => {
  cluster.empty()
  return open(1, parts)
})

describe('a store in a Redis Cluster of three masters that two processes share', () => {
  let subject: TwoStores
  beforeEach(async () => {
    cluster.empty()
    subject = { one: await open(6), two: await open(6) }
  })
  afterEach(async () => {
    await subject.one.close()
    await subject.two.close()
  })

  severalProcessesContract(() => subject)

  it('spreads its partitions over the masters', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, n) => commitAll(subject.one, register(`agent-${n}`))))
    for (const node of cluster.nodes) expect(Number(node.cli('DBSIZE'))).toBeGreaterThan(0)
  })

  it('goes on with all partitions when a master has died and come back, and knows that it was away', async () => {
    const { one, two } = subject
    const ids = Array.from({ length: 60 }, (_, n) => `agent-${n}`)
    await Promise.all(ids.map((id) => commitAll(one, register(id))))
    const before = two.generation
    await cluster.nodes[1]?.kill()
    const results = await Promise.allSettled(ids.map((id) => one.commit(report(id, 1))))
    const failed = results.filter((result) => result.status === 'rejected')
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.every(({ reason }) => reason instanceof StoreUnavailableError)).toBe(true)
    await cluster.nodes[1]?.start()
    for (const store of [one, two]) {
      await expect
        .poll(async () => (await Promise.allSettled(ids.map((id) => store.loadAgent(id)))).every(isThere), {
          timeout: 10_000,
          interval: 50,
        })
        .toBe(true)
    }
    expect(two.generation).toBeGreaterThan(before)
    for (const id of ids) await commitAll(two, report(id, (await two.loadAgent(id))?.version ?? 0))
  })
})

it('wakes and broadcasts over a Cluster too', async () => {
  const address = readRedisUrl(cluster.url)
  const log = recordingLog().log
  const queue = createBullWakeQueue({ address, clock: systemClock, log })
  const broadcast = createRedisBroadcast({ address, log })
  try {
    const woken: string[] = []
    queue.start(async ({ id }) => void woken.push(id))
    queue.schedule({ kind: 'agent', id: 'now', version: 1, at: systemClock.now() })
    queue.schedule({ kind: 'agent', id: 'later', version: 1, at: systemClock.now() + 200 })
    await expect.poll(() => woken, { timeout: 15_000 }).toEqual(['now', 'later'])

    const heard: string[] = []
    broadcast.listen(({ id }) => heard.push(id))
    const event: OpsEvent = { id: 'e', type: 'task.progressed', time: '2026-01-01T00:00:00.000Z', data: {} }
    await expect
      .poll(
        () => {
          broadcast.publish(event)
          return heard
        },
        { timeout: 15_000 },
      )
      .toContain('e')
  } finally {
    await queue.close()
    await broadcast.close()
  }
})

const isThere = (result: PromiseSettledResult<unknown>) => result.status === 'fulfilled' && result.value !== null
