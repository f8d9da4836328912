import { openRedisStore } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import { expect, it } from 'vitest'
import { commitAll, register, report } from '../../../engine/test/store-contract/commits.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import type { RedisProcess } from '../../../store-redis/test/redis/redis-process.ts'
import { startWatchedRedis } from '../../../store-redis/test/redis/redis-sentinels.ts'

it('goes on with the replica within seconds when the master dies, and says that it may be older', async () => {
  await using redis = await startWatchedRedis({ appendonly: 'yes' })
  const address = readRedisUrl(redis.url)
  const store = await openRedisStore({ address, partitions: 3, log: recordingLog().log })
  try {
    const ids = Array.from({ length: 20 }, (_, n) => `agent-${n}`)
    await Promise.all(ids.map((id) => commitAll(store, register(id))))
    await expect.poll(() => redis.replica.cli('HGET', 'opscore:{w}:meta', 'whole')).toBe('1')
    const written = offsetOf(redis.master)
    await expect.poll(() => offsetOf(redis.replica)).toBeGreaterThanOrEqual(written)

    await redis.master.kill()
    await expect.poll(() => store.available, { timeout: 5_000, interval: 20 }).toBe(false)
    await expect.poll(() => store.available, { timeout: 30_000, interval: 20 }).toBe(true)
    expect(store.generation).toBeGreaterThan(0)
    for (const id of ids) {
      expect((await store.loadAgent(id))?.version).toBe(1)
      await commitAll(store, report(id, 1))
    }
    expect(redis.replica.cli('ROLE')).toContain('master')
  } finally {
    await store.close()
  }
})

/** How far in the master's stream of writes it is. */
const offsetOf = (redis: RedisProcess): number =>
  Number(/master_repl_offset:(\d+)/.exec(redis.cli('INFO', 'replication'))?.[1] ?? 0)
