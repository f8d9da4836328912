import type { OpsEvent } from '@opscore/contract'
import { expect, it } from 'vitest'
import { silentLog } from '../../engine/test/engine/silent-log.ts'
import { readRedisUrl } from '../src/link/redis-address.ts'
import { createRedisBroadcast } from '../src/redis-broadcast.ts'
import { startRedis } from './redis/redis-process.ts'

const event = (id: string): OpsEvent => ({ id, type: 'task.progressed', time: '2026-01-01T00:00:00.000Z', data: {} })
const SOON = { timeout: 10_000, interval: 20 }

it('tells an event to whoever listens in any process, the one that told it too', async () => {
  await using redis = await startRedis()
  const address = readRedisUrl(redis.url)
  const [one, two] = [
    createRedisBroadcast({ address, log: silentLog }),
    createRedisBroadcast({ address, log: silentLog }),
  ]
  const heard: string[][] = [[], [], []]
  const listen = (broadcast: typeof one, n: number) => broadcast.listen(({ id }) => heard[n]?.push(id))
  const ends = [listen(one, 0), listen(two, 1), listen(two, 2)]
  await expect.poll(() => redis.cli('PUBSUB', 'NUMSUB', 'opscore:passing'), SOON).toMatch(/2$/)
  one.publish(event('first'))
  two.publish(event('second'))
  for (const ids of heard) await expect.poll(() => ids.toSorted(), SOON).toEqual(['first', 'second'])

  ends[1]?.()
  one.publish(event('third'))
  await expect.poll(() => heard[2], SOON).toContain('third')
  expect(heard[1]).toHaveLength(2)
  ends[2]?.()
  await expect.poll(() => redis.cli('PUBSUB', 'NUMSUB', 'opscore:passing'), SOON).toMatch(/1$/)
  await one.close()
  await two.close()
})

it('loses what is told while Redis is away, and is heard again after', async () => {
  await using redis = await startRedis()
  const broadcast = createRedisBroadcast({ address: readRedisUrl(redis.url), log: silentLog })
  const heard: string[] = []
  broadcast.listen(({ id }) => heard.push(id))
  await redis.kill()
  broadcast.publish(event('lost'))
  await redis.start()
  await expect.poll(() => redis.cli('PUBSUB', 'NUMSUB', 'opscore:passing'), SOON).toMatch(/1$/)
  await expect
    .poll(() => {
      broadcast.publish(event('found'))
      return heard
    }, SOON)
    .toContain('found')
  expect(heard).not.toContain('lost')
  await broadcast.close()
})
