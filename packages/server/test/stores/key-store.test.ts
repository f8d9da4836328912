import { createMemoryKeyStore } from '@opscore/engine'
import { openSqliteStore } from '@opscore/store-sqlite'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'
import { keyStoreContract } from '../../../engine/test/store-contract/key-store-contract.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import { openEmptyRedisStore } from '../../../store-redis/test/redis/open-empty-store.ts'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'

keyStoreContract('in memory', async () => createMemoryKeyStore())

keyStoreContract('in SQLite', async () => {
  const store = await openSqliteStore({ dataDir: dataDirOfTest(), log: recordingLog().log })
  onTestFinished(() => store.close())
  return store.keys
})

describe('with a Redis', () => {
  let redis: RedisProcess
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis[Symbol.asyncDispose]())

  keyStoreContract('in Redis', async () => {
    const { keys, close } = await openEmptyRedisStore(redis, { log: recordingLog().log })
    onTestFinished(close)
    return keys
  })
})
