import { renameSync, writeFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { silentLog } from '../../engine/test/engine/silent-log.ts'
import { dataDirOfTest } from '../../engine/test/store-contract/data-dir.ts'
import type { RedisAddress } from '../src/link/redis-address.ts'
import { createStoreMemory } from '../src/write/store-memory.ts'

const address = (port: number): RedisAddress => ({
  kind: 'standalone',
  endpoints: [{ host: 'redis', port }],
  database: 0,
  tls: false,
})

it('recalls what it remembered, by address', async () => {
  const dataDir = dataDirOfTest()
  const memoryOf = (port: number) => createStoreMemory({ dataDir, address: address(port), log: silentLog })
  expect(await memoryOf(1).recall()).toBeNull()
  await memoryOf(1).remember({ id: 'one', partitions: 4 })
  expect(await memoryOf(1).recall()).toEqual({ id: 'one', partitions: 4 })
  expect(await memoryOf(2).recall()).toBeNull()
  writeFileSync(memoryOf(1).file, '{}')
  await expect(memoryOf(1).recall()).rejects.toThrow('does not say which store')
})

it('recalls nothing, or what was written, where another process remembers at the same moment', async () => {
  const dataDir = dataDirOfTest()
  for (let port = 1; port <= 200; port++) {
    const memory = createStoreMemory({ dataDir, address: address(port), log: silentLog })
    const beside = `${memory.file}.beside`
    writeFileSync(beside, JSON.stringify({ store: 'one', partitions: 4 }))
    const recalled = memory.recall()
    if (port % 2 === 0) await nextTurn()
    renameSync(beside, memory.file)
    expect([null, 'one']).toContain((await recalled)?.id ?? null)
  }
})
