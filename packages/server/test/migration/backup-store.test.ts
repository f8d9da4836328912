import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { MigrationError } from '@opscore/engine/moving'
import { openRedisStore } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../engine/test/engine/silent-log.ts'
import {
  agentRef,
  commitAll,
  register,
  report,
  session,
  sessionRef,
} from '../../../engine/test/store-contract/commits.ts'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { backupStore, restoreStore, type StoreAt } from '../../src/migration/backup-store.ts'
import { expectSameContent } from './compare-stores.ts'
import { addOddities, engineOver, ODD_AGENT, openSource, work } from './filled-store.ts'

let redis: RedisProcess
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis[Symbol.asyncDispose]())
beforeEach(() => void redis.cli('FLUSHALL'))

const surroundings = () => ({ now: Date.now(), signal: new AbortController().signal, tell() {} })
const backup = (from: StoreAt, file: string) => backupStore({ from, file, ...surroundings() })
const restore = (file: string, to: StoreAt) => restoreStore({ file, to, partitions: 4, ...surroundings() })
const inRedis = () => ({ redis: readRedisUrl(redis.url) })
const fileOfTest = () => join(dataDirOfTest(), 'opscore.backup')

async function smallStore(): Promise<string> {
  const dataDir = dataDirOfTest()
  const store = await openSource(dataDir)
  await commitAll(store, register('a'), report('a', 1), session('s', 0))
  await store.close()
  return dataDir
}

const refusal = async (running: Promise<unknown>): Promise<string> => {
  const error = await running.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof MigrationError)) throw error ?? new Error('It was not refused')
  return `${error.message} ${error.hint}`
}

/** What of a backup does not depend on when it was taken. */
const linesOf = (file: string) => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
const contentOf = (file: string) => linesOf(file).slice(1, -1).sort()

it('brings a store from SQLite to Redis and back with all that is in it, and it goes on there', async () => {
  const first = dataDirOfTest()
  const filled = await openSource(first)
  const { sessions, running } = await work(filled)
  await addOddities(filled)
  await filled.close()
  const [a, b, c] = [fileOfTest(), fileOfTest(), fileOfTest()]
  const kinds = await backup({ dataDir: first }, a)
  expect(kinds.filter(({ count }) => count === 0)).toEqual([])
  await restore(a, inRedis())
  const there = await openRedisStore({ ...{ address: readRedisUrl(redis.url), partitions: 2 }, log: silentLog })
  expect(there.partitions).toBe(4)
  await there.close()
  await backup(inRedis(), b)
  const second = dataDirOfTest()
  await restore(b, { dataDir: second })
  await backup({ dataDir: second }, c)
  expect(contentOf(b)).toEqual(contentOf(a))
  expect(contentOf(c)).toEqual(contentOf(a))

  const third = dataDirOfTest()
  await restore(a, { dataDir: third })
  const source = await openSource(first)
  const target = await openSource(third)
  const known = {
    agents: ['worker', 'left', ODD_AGENT, 'tombstone'],
    onceKeys: [
      { key: 'idempotency:1', home: sessionRef(sessions.once) },
      { key: 'webhook:worker', home: agentRef('worker') },
    ],
    now: Date.now(),
  }
  await expectSameContent(source, target, known)
  await source.close()
  const { engine } = engineOver(target)
  await engine.start()
  const details = { opscore_task_id: running, result: 'restored' }
  await engine.reportState('worker', { agentId: 'worker', state: 'idle', timestamp: new Date().toISOString(), details })
  const statusOf = async () => (await engine.session(sessions.running)).status
  await expect.poll(statusOf, { timeout: 20_000 }).toBe('completed')
  await engine.close()
  await target.close()
})

it('takes what was committed when it began, while Ops-Core goes on over the data', async () => {
  const dataDir = await smallStore()
  const store = await openSource(dataDir)
  await commitAll(store, report('a', 2))
  const file = fileOfTest()
  const taking = backup({ dataDir }, file)
  await commitAll(store, report('a', 3), session('later', 0))
  expect((await taking).find(({ kind }) => kind === 'session')?.count).toBe(1)
  await store.close()
})

describe('what is not restored', () => {
  it('is a file that is not what was written, at whatever byte', async () => {
    const file = fileOfTest()
    await backup({ dataDir: await smallStore() }, file)
    const lines = linesOf(file)
    const tryWith = (text: string) => {
      const other = fileOfTest()
      writeFileSync(other, gzipSync(text))
      return refusal(restore(other, { dataDir: join(dataDirOfTest(), 'new') }))
    }
    const joined = `${lines.join('\n')}\n`
    expect(await tryWith(joined.replace('"idle"', '"busy"').replace('"UNKNOWN"', '"unknown"'))).toContain(
      'no whole backup',
    )
    expect(await tryWith(`${lines.slice(0, -1).join('\n')}\n`)).toContain('it ends after line')
    expect(await tryWith(lines.toSpliced(2, 1).join('\n'))).toContain('SHA-256')
    expect(await tryWith(lines.with(2, '{"odd":1}').join('\n'))).toContain('line 3 is none of a backup')
    expect(await tryWith(joined.replace('"version":1,"createdAt"', '"version":2,"createdAt"'))).toContain(
      'has version 2',
    )
    expect(await tryWith('')).toContain('it is empty')
    const cut = fileOfTest()
    writeFileSync(cut, readFileSync(file).subarray(0, -20))
    expect(await refusal(restore(cut, { dataDir: join(dataDirOfTest(), 'new') }))).toContain('no whole backup')
  })

  it('leaves nothing behind, and says where there is a store already or no file', async () => {
    const dataDir = await smallStore()
    const file = fileOfTest()
    await backup({ dataDir }, file)
    expect(await refusal(restore(file, { dataDir }))).toContain('holds a store already')
    expect(await refusal(restore(`${file}.none`, { dataDir: dataDirOfTest() }))).toContain('There is no')
    const broken = fileOfTest()
    writeFileSync(broken, readFileSync(file).subarray(0, -20))
    const target = dataDirOfTest()
    await refusal(restore(broken, { dataDir: target }))
    expect(await restore(file, { dataDir: target })).not.toEqual([])
  })

  it('is a Redis that has a store, and none is backed up that has none', async () => {
    const file = fileOfTest()
    expect(await refusal(backup(inRedis(), file))).toContain('holds no store')
    await backup({ dataDir: await smallStore() }, file)
    await restore(file, inRedis())
    const other = await openRedisStore({ address: readRedisUrl(redis.url), partitions: 2, log: silentLog })
    expect(await refusal(backup(inRedis(), fileOfTest()))).toContain('is at work on this Redis')
    await commitAll(other, register('b'))
    await other.close()
    expect(await refusal(restore(file, inRedis()))).toContain('does not hold what')
  })
})
