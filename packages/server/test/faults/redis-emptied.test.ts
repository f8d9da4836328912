/** A process that is started again over a Redis that was emptied meanwhile (reliability.md, fault catalogue B). */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@opscore/host'
import { openRedisStore, type RedisStoreOptions } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import { RedisUnfitError } from '@opscore/store-redis/unfit-error'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commitAll, register } from '../../../engine/test/store-contract/commits.ts'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { API_KEY } from './api-client.ts'
import { startProcess } from './serve-process.ts'

let redis: RedisProcess
beforeEach(async () => {
  redis = await startRedis()
})
afterEach(() => redis[Symbol.asyncDispose]())

const META = 'opscore:{w}:meta'
const UNKNOWN = '019a0000-0000-7000-8000-000000000000'
const NEW = 'Redis was empty: a new store begins in it'
const FORGETFUL = expect.stringContaining('Which store is in Redis cannot be remembered')

/** Starts, registers an agent of that name, and stops. Returns what was said. */
async function live(dataDir: string, agentId: string, options: Partial<RedisStoreOptions> = {}): Promise<string[]> {
  const { log, logged } = recordingLog()
  const address = readRedisUrl(redis.url)
  const store = await openRedisStore({ address, partitions: 2, log, dataDir, startWithin: 2_000, ...options })
  await commitAll(store, register(agentId))
  await store.close()
  return logged
}

async function refusal(starting: Promise<unknown>): Promise<string> {
  const error = await starting.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(RedisUnfitError)
  return error instanceof Error ? error.message : ''
}

const storeId = () => redis.cli('HGET', META, 'store')
/** Root may write into what is read-only, so this one lies where nothing can. */
function forgetful(): string {
  const file = join(dataDirOfTest(), 'a-file')
  writeFileSync(file, '')
  return join(file, 'data')
}

const noteIn = (dataDir: string) => join(dataDir, readdirSync(dataDir).find((name) => name.endsWith('.json')) ?? '')

describe('a process that starts over a Redis that was emptied', () => {
  it('is refused, told what was there and how to go on, and writes nothing', async () => {
    const dataDir = dataDirOfTest()
    expect(await live(dataDir, 'a')).toContain(NEW)
    const id = storeId()
    redis.cli('FLUSHALL')
    const said = await refusal(live(dataDir, 'b'))
    expect(said).toContain(`Redis has come back empty: the store ${id} is gone`)
    expect(said).toContain('restore Redis from its backup')
    expect(said).toContain(`delete ${noteIn(dataDir)} or start once with OPSCORE_REDIS_STORE=any`)
    expect(redis.cli('DBSIZE')).toBe('0')
  })

  it('starts where the store is there', async () => {
    const dataDir = dataDirOfTest()
    await live(dataDir, 'a')
    expect(await live(dataDir, 'b')).not.toContain(NEW)
  })

  it('is refused where another store, or only a part of the one before, is there', async () => {
    const dataDir = dataDirOfTest()
    await live(dataDir, 'a')
    const id = storeId()
    redis.cli('DEL', META)
    expect(await refusal(live(dataDir, 'b'))).toContain(`has lost a part of the store ${id}: 1 of 3 pieces are gone`)
    redis.cli('FLUSHALL')
    await live(dataDirOfTest(), 'c')
    expect(await refusal(live(dataDir, 'd'))).toContain(`holds another store, ${storeId()}, in place of ${id}`)
  })

  it('begins anew where the file is deleted, or it is asked to, and remembers what it began', async () => {
    const dataDir = dataDirOfTest()
    await live(dataDir, 'a')
    redis.cli('FLUSHALL')
    expect(await live(dataDir, 'b', { store: 'any' })).toContain(NEW)
    expect(await live(dataDir, 'c')).not.toContain(NEW)
    redis.cli('FLUSHALL')
    await refusal(live(dataDir, 'd'))
    rmSync(noteIn(dataDir))
    expect(await live(dataDir, 'e')).toContain(NEW)
  })

  it('takes another address for another Redis, and remembers the first one’s store beside it', async () => {
    const dataDir = dataDirOfTest()
    await live(dataDir, 'a')
    expect(await live(dataDir, 'b', { address: readRedisUrl(`${redis.url}/1`) })).toContain(NEW)
    redis.cli('FLUSHDB')
    expect(await refusal(live(dataDir, 'c'))).toContain('has come back empty')
    expect(await live(dataDir, 'd', { address: readRedisUrl(`${redis.url}/1`) })).not.toContain(NEW)
    expect(readdirSync(dataDir)).toHaveLength(2)
  })

  it('agrees with others that start at the same moment, and leaves one whole file', async () => {
    const dataDir = dataDirOfTest()
    const said = await Promise.all(Array.from({ length: 12 }, (_, n) => live(dataDir, `agent-${n}`)))
    expect(said.filter((lines) => lines.includes(NEW))).toHaveLength(1)
    expect(readdirSync(dataDir)).toHaveLength(1)
    expect(JSON.parse(readFileSync(noteIn(dataDir), 'utf8'))).toMatchObject({ store: storeId(), partitions: 2 })
  })

  it('refuses a file that it does not understand, and names it', async () => {
    const dataDir = dataDirOfTest()
    await live(dataDir, 'a')
    writeFileSync(noteIn(dataDir), '{"store":')
    expect(await refusal(live(dataDir, 'b'))).toContain(`${noteIn(dataDir)} does not say which store was in Redis`)
  })
})

describe('a data directory that cannot be written', () => {
  it('is warned of, and keeps nobody from starting', async () => {
    const dataDir = forgetful()
    expect((await live(dataDir, 'a')).filter((line) => line.startsWith('Which store'))).toEqual([FORGETFUL])
    expect(await live(dataDir, 'b')).not.toContain(NEW)
  })

  it('is not written to where it says already what is true', async () => {
    const dataDir = dataDirOfTest()
    await live(dataDir, 'a')
    const before = statSync(noteIn(dataDir)).ino
    expect(await live(dataDir, 'b')).not.toContainEqual(FORGETFUL)
    expect(statSync(noteIn(dataDir)).ino).toBe(before)
  })

  it('is no loss where the store is named: an empty Redis, or another store, is refused by its id', async () => {
    const dataDir = forgetful()
    await live(dataDir, 'a')
    const store = storeId()
    await live(dataDir, 'b', { store })
    expect(await refusal(live(dataDir, 'c', { store: UNKNOWN }))).toContain(`${store}, in place of ${UNKNOWN}`)
    redis.cli('FLUSHALL')
    const said = await refusal(live(dataDir, 'd', { store }))
    expect(said).toContain(`the store ${store} is gone. OPSCORE_REDIS_STORE names it`)
  })
})

it('says so in one sentence, and goes on with the others once the store is back', async () => {
  await using resources = new AsyncDisposableStack()
  const safe = resources.use(await startRedis({ appendonly: 'yes', appendfsync: 'always' }))
  const dataDir = dataDirOfTest()
  const env = { OPSCORE_STORAGE_TYPE: 'redis', OPSCORE_REDIS_URL: safe.url, OPSCORE_API_KEY: API_KEY }
  const start = async () => resources.use(await startProcess('serve', { port: await freePort(), dataDir, env }))
  const [stays, restarted] = [await start(), await start()]
  const readiness = async () => (await fetch(`${stays.url}/ready`)).status
  const store = safe.cli('HGET', META, 'store')
  const backup = join(dataDirOfTest(), 'aof')
  cpSync(join(safe.dir, 'appendonlydir'), backup, { recursive: true })

  expect(await restarted.end('SIGTERM')).toBe(0)
  safe.cli('FLUSHALL')
  await expect(restarted.start()).rejects.toThrow('Redis has come back empty')
  const errors = restarted
    .output()
    .split('\n')
    .filter((line) => line.startsWith('error:'))
  expect(errors).toEqual([expect.stringContaining(`Redis has come back empty: the store ${store} is gone`)])
  expect(restarted.output()).not.toContain('    at ')
  await expect.poll(readiness, { timeout: 20_000 }).toBe(503)

  await safe.kill()
  rmSync(join(safe.dir, 'appendonlydir'), { recursive: true })
  cpSync(backup, join(safe.dir, 'appendonlydir'), { recursive: true })
  await safe.start()
  await restarted.start()
  await expect.poll(readiness, { timeout: 20_000 }).toBe(200)
})
