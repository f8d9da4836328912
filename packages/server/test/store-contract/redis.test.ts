import { afterAll, beforeAll } from 'vitest'
import { openEmptyRedisStore } from '../redis/open-empty-store.ts'
import { type RedisProcess, startRedis } from '../redis/redis-process.ts'
import { storeContract } from './store-contract.ts'

let redis: RedisProcess
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis[Symbol.asyncDispose]())

storeContract('in Redis', (parts) => openEmptyRedisStore(redis, parts))
