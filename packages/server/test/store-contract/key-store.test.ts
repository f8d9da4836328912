import { onTestFinished } from 'vitest'
import { createMemoryKeyStore } from '../../src/adapters/memory/memory-key-store.ts'
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts'
import { dataDirOfTest } from './data-dir.ts'
import { keyStoreContract } from './key-store-contract.ts'
import { recordingLog } from './recording-log.ts'

keyStoreContract('in memory', async () => createMemoryKeyStore())

keyStoreContract('in SQLite', async () => {
  const store = await openSqliteStore({ dataDir: dataDirOfTest(), log: recordingLog().log })
  onTestFinished(() => store.close())
  return store.keys
})
