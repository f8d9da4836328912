import { readRedisUrl } from '../../src/link/redis-address.ts'
import { openRedisStore, type RedisStore, type RedisStoreOptions } from '../../src/redis-store.ts'
import type { RedisProcess } from './redis-process.ts'

/** A new store, of one partition where nothing else is asked for, in a Redis that is emptied for it. */
export async function openEmptyRedisStore(
  redis: RedisProcess,
  options: Omit<RedisStoreOptions, 'address' | 'partitions'> & { partitions?: number },
): Promise<RedisStore> {
  redis.cli('FLUSHALL')
  return openRedisStore({ address: readRedisUrl(redis.url), partitions: 1, ...options })
}
