import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import { createMemoryKeyStore } from '../../src/adapters/memory/memory-key-store.ts'
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts'
import { openEmptyRedisStore } from '../redis/open-empty-store.ts'
import { type RedisProcess, startRedis } from '../redis/redis-process.ts'
import { dataDirOfTest } from './data-dir.ts'
import { keyStoreContract } from './key-store-contract.ts'
import { recordingLog } from './recording-log.ts'

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
