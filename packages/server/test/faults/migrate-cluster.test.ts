import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRedisStore } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import { expect, it } from 'vitest'
import { silentLog } from '../../../engine/test/engine/silent-log.ts'
import { startRedisCluster } from '../../../store-redis/test/redis/redis-cluster.ts'
import { migrateStore } from '../../src/migration/migrate-store.ts'
import { expectSameContent } from '../migration/compare-stores.ts'
import { addOddities, ODD_AGENT, openSource } from '../migration/filled-store.ts'

it('moves a store into a Redis Cluster, and sees who is at work at any of its masters', async () => {
  await using resources = new AsyncDisposableStack()
  const cluster = resources.use(await startRedisCluster())
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-migrate-'))
  resources.defer(() => rm(dataDir, { recursive: true, force: true }))
  const filled = await openSource(dataDir)
  await addOddities(filled)
  await filled.close()
  const address = readRedisUrl(cluster.url)
  const moving = () =>
    migrateStore({
      from: dataDir,
      to: address,
      partitions: 8,
      now: Date.now(),
      dryRun: false,
      signal: new AbortController().signal,
      tell() {},
    })
  expect(await moving()).toMatchObject({ found: { state: 'empty', partitions: 8 }, agrees: true })
  const keysOfEach = cluster.nodes.map((node) => Number(node.cli('DBSIZE')))
  expect(keysOfEach.every((keys) => keys > 0)).toBe(true)

  const source = await openSource(dataDir)
  const target = await openRedisStore({ address, partitions: 1, log: silentLog })
  await expectSameContent(source, target, { agents: [ODD_AGENT, 'tombstone'], onceKeys: [], now: Date.now() })
  await source.close()
  await expect(moving()).rejects.toThrow('Ops-Core is at work on this Redis')
  await target.close()
})
