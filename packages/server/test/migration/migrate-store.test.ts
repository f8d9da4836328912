import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MigrationError } from '@opscore/engine/moving'
import { openRedisStore, type RedisStore } from '@opscore/store-redis'
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
import { type MigrationOptions, migrateStore } from '../../src/migration/migrate-store.ts'
import { expectSameContent } from './compare-stores.ts'
import { addOddities, asked, engineOver, ODD_AGENT, openSource, work } from './filled-store.ts'

let redis: RedisProcess
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis[Symbol.asyncDispose]())
beforeEach(() => void redis.cli('FLUSHALL'))

const moving = (from: string, changes: Partial<MigrationOptions> = {}) =>
  migrateStore({
    from,
    to: readRedisUrl(redis.url),
    partitions: 4,
    now: Date.now(),
    dryRun: false,
    signal: new AbortController().signal,
    tell() {},
    ...changes,
  })

const openTarget = (): Promise<RedisStore> =>
  openRedisStore({ address: readRedisUrl(redis.url), partitions: 2, log: silentLog })

/** The one sentence and the way out. */
const refusal = async (running: Promise<unknown>): Promise<string> => {
  const error = await running.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof MigrationError)) throw error ?? new Error('It was not refused')
  return `${error.message} ${error.hint}`
}

/** A small store. */
async function smallStore(): Promise<string> {
  const dataDir = dataDirOfTest()
  const store = await openSource(dataDir)
  await commitAll(store, register('a'), report('a', 1), session('s', 0))
  await store.close()
  return dataDir
}

it('is remembered in the data directory, in place of what was in that Redis before', async () => {
  const dataDir = await smallStore()
  const start = () =>
    openRedisStore({ address: readRedisUrl(redis.url), partitions: 2, dataDir, log: silentLog }).then((store) =>
      store.close(),
    )
  await start()
  redis.cli('FLUSHALL')
  await expect(start()).rejects.toThrow('has come back empty')
  expect((await moving(dataDir)).agrees).toBe(true)
  await start()
  redis.cli('FLUSHALL')
  await expect(start()).rejects.toThrow('has come back empty')
})

describe.each([1, 4, 7])('a store that is moved into %i partitions', (partitions) => {
  it('holds the same, read through the port, and goes on from there', async () => {
    const dataDir = dataDirOfTest()
    const filled = await openSource(dataDir)
    const { sessions, running } = await work(filled)
    await addOddities(filled)
    await filled.close()

    const { agrees, kinds } = await moving(dataDir, { partitions })
    expect(kinds.filter((each) => !each.agrees)).toEqual([])
    expect(agrees).toBe(true)
    expect(kinds.every(({ source }) => source.count > 0)).toBe(true)

    const source = await openSource(dataDir)
    const target = await openTarget()
    expect(target.partitions).toBe(partitions)
    await expectSameContent(source, target, {
      agents: ['worker', 'left', ODD_AGENT, 'tombstone'],
      onceKeys: [
        { key: 'idempotency:1', home: sessionRef(sessions.once) },
        { key: 'webhook:worker', home: agentRef('worker') },
        { key: 'webhook:gone', home: agentRef('left') },
        ...[0, 1, 2, 3]
          .map((n) => ({ key: `once ${n}`, home: sessionRef(sessions.running) }))
          .filter((_, n) => n % 2 === 1),
      ],
      now: Date.now(),
    })
    await source.close()

    const { engine, sent } = engineOver(target)
    await engine.start()
    for (const position of ['1', '30']) {
      const reading = new AbortController()
      const after = Buffer.from(position).toString('base64url')
      const stream = engine.streams.open({ after, filter: {}, signal: reading.signal })[Symbol.asyncIterator]()
      expect((await stream.next()).value).toBe('resync')
      reading.abort()
      await stream.return?.()
    }
    const say = (state: string, details: object) =>
      engine.reportState('worker', {
        agentId: 'worker',
        state,
        timestamp: new Date().toISOString(),
        details: { ...details },
      })
    await say('idle', { opscore_task_id: running, result: 'moved' })
    const statusOf = async (id: string) => (await engine.session(id)).status
    await expect.poll(() => statusOf(sessions.running), { timeout: 20_000 }).toBe('completed')
    await engine.registerAgent({
      agentId: 'late',
      agentName: 'l',
      version: '1',
      capabilities: ['none'],
      contactEndpoint: 'http://127.0.0.1:1/',
      metadata: null,
    })
    await engine.reportState('late', {
      agentId: 'late',
      state: 'idle',
      timestamp: new Date().toISOString(),
      details: null,
    })
    const given = () => sent.find((message) => message.opscore_session_id === sessions.waiting)
    await expect.poll(given, { timeout: 20_000 }).toBeDefined()
    const repeated = engine.trigger({
      agentId: 'worker',
      workflow: { definition: { id: 'inline', tasks: [{ taskId: 'a', name: 'a' }] } },
      input: { n: 1 },
      once: asked('idempotency:1'),
    })
    expect((await repeated).sessionId).toBe(sessions.once)
    await engine.close()
    await target.close()
  })
})

it('leaves the data directory as it was', async () => {
  const dataDir = await smallStore()
  const hashOf = () =>
    createHash('sha256')
      .update(readFileSync(join(dataDir, 'opscore.db')))
      .digest('hex')
  const before = hashOf()
  expect((await moving(dataDir)).agrees).toBe(true)
  expect(hashOf()).toBe(before)
})

it('shows in a dry run what there is, and writes nothing', async () => {
  const dataDir = await smallStore()
  const { found, kinds } = await moving(dataDir, { dryRun: true })
  expect(found).toEqual({ state: 'empty', partitions: 4 })
  const counts = Object.fromEntries(kinds.map(({ kind, source }) => [kind, source.count]))
  expect(counts).toMatchObject({ agents: 1, sessions: 1, events: 3, 'routing entries': 2, 'api keys': 0 })
  expect(redis.cli('DBSIZE')).toBe('0')
})

it('leaves out once-records that have expired', async () => {
  const dataDir = dataDirOfTest()
  const store = await openSource(dataDir)
  const once = [10, 30].map((expiresAt) => ({ key: `until ${expiresAt}`, fingerprint: 'f', answer: null, expiresAt }))
  await commitAll(store, session('s', 0, { once }))
  await store.close()
  expect((await moving(dataDir, { now: 20, partitions: 1 })).agrees).toBe(true)
  expect(redis.cli('HKEYS', 'opscore:{p0}:once')).toBe('until 30')
})

it('says of a store that it was moved before, and is used since, what differs', async () => {
  const dataDir = await smallStore()
  expect((await moving(dataDir)).found.state).toBe('empty')
  expect(await moving(dataDir)).toMatchObject({ found: { state: 'finished' }, agrees: true })
  const target = await openTarget()
  await commitAll(target, report('a', 2))
  await target.close()
  const again = await moving(dataDir)
  expect(again).toMatchObject({ found: { state: 'finished' }, agrees: false })
  expect(again.kinds.filter(({ agrees }) => !agrees).map(({ kind }) => kind)).toEqual([
    'agents',
    'events',
    'links of agent histories',
  ])
})

describe('an unfinished migration', () => {
  /** Stops after so many of the parts were taken. */
  async function interrupted(dataDir: string): Promise<void> {
    const stop = new AbortController()
    const tell: MigrationOptions['tell'] = ({ doing, what }) => {
      if (doing === 'copying' && what === 'events') stop.abort(new Error('stopped'))
    }
    await expect(moving(dataDir, { signal: stop.signal, tell })).rejects.toThrow('stopped')
  }

  async function longStore(): Promise<string> {
    const dataDir = dataDirOfTest()
    const store = await openSource(dataDir)
    const ids = Array.from({ length: 20 }, (_, n) => `agent-${n}`)
    await Promise.all(
      ids.map((id) => commitAll(store, register(id), ...Array.from({ length: 60 }, (_, n) => report(id, n + 1)))),
    )
    await store.close()
    return dataDir
  }

  it('is not served', async () => {
    await interrupted(await longStore())
    await expect(openTarget()).rejects.toThrow(
      '`opscore migrate` has not filled to its end: run the same command again',
    )
  })

  it('goes on where it was, into the partitions that it began with, and comes to the same', async () => {
    const dataDir = await longStore()
    await interrupted(dataDir)
    expect(await moving(dataDir, { partitions: 9 })).toMatchObject({
      found: { state: 'unfinished', partitions: 4 },
      agrees: true,
    })
    const [source, target] = [await openSource(dataDir), await openTarget()]
    await expectSameContent(source, target, { agents: [], onceKeys: [], now: 1 })
    await source.close()
    await target.close()
  })

  it('is not mixed with another store, nor with this one after it was used again', async () => {
    const dataDir = await longStore()
    await interrupted(dataDir)
    const other = 'holds an unfinished migration of another store, or of this one before it was used again'
    expect(await refusal(moving(await smallStore()))).toContain(other)
    const store = await openSource(dataDir)
    await commitAll(store, report('agent-1', 61))
    await store.close()
    expect(await refusal(moving(dataDir))).toMatch(/used again\. Empty it \(redis-cli FLUSHDB/)
  })
})

describe('what is not begun', () => {
  it('is a move into a Redis with a store of its own, or a part of one', async () => {
    const dataDir = await smallStore()
    await (await openTarget()).close()
    expect(await refusal(moving(dataDir))).toContain('holds a store of its own. Empty it')
    redis.cli('DEL', 'opscore:{w}:meta')
    expect(await refusal(moving(dataDir, { dryRun: true }))).toMatch(
      /holds parts of a store, such as opscore:\{p\d\}:meta/,
    )
  })

  it('is a move into a Redis that Ops-Core is at work on', async () => {
    const dataDir = await smallStore()
    const atWork = await openTarget()
    expect(await refusal(moving(dataDir))).toMatch(/Ops-Core is at work on this Redis \(\d+ connections\)\. Stop every/)
    await atWork.close()
  })

  it('is a move from a directory that a process has, without data, or of another format', async () => {
    const dataDir = await smallStore()
    const atWork = await openSource(dataDir)
    expect(await refusal(moving(dataDir))).toContain('is in use by another process')
    await atWork.close()
    expect(await refusal(moving(dataDirOfTest()))).toContain('There is no opscore.db in')
    const file = new DatabaseSync(join(dataDir, 'opscore.db'))
    file.exec('PRAGMA user_version = 3')
    file.close()
    expect(await refusal(moving(dataDir))).toMatch(
      /has data format 3, and \d is copied\. Start this version of Ops-Core once/,
    )
  })

  it('is a move into a Redis that cannot be relied on', async () => {
    const dataDir = await smallStore()
    redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    expect(await refusal(moving(dataDir))).toContain('set it to noeviction')
    redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  })
})

it('keeps what was copied where Redis has no room, and goes on once it has', async () => {
  const dataDir = dataDirOfTest()
  const store = await openSource(dataDir)
  const data = { text: 'x'.repeat(20_000) }
  const sessions = Array.from({ length: 400 }, (_, n) =>
    session(`s${n}`, 0, { events: [{ type: 'session.started', time: 1, sessionId: `s${n}`, data }] }),
  )
  await Promise.all(sessions.map((commit) => store.commit(commit)))
  await store.close()
  redis.cli('CONFIG', 'SET', 'maxmemory', '8mb')
  expect(await refusal(moving(dataDir))).toMatch(
    /reached its maxmemory\. What was copied is kept: run the same command again/,
  )
  redis.cli('CONFIG', 'SET', 'maxmemory', '0')
  expect(await moving(dataDir)).toMatchObject({ found: { state: 'unfinished' }, agrees: true })
})

it.each([
  ['agents', ['HSET', 'opscore:{p0}:a:a', 'l', '{}']],
  ['agents', ['ZREM', 'opscore:{p0}:as:idle', 'a']],
  ['events', ['XDEL', 'opscore:{p0}:log', '4-0']],
  ['links of agent histories', ['HSET', 'opscore:{p0}:a:a', 'p', '4']],
  ['sessions', ['DEL', 'opscore:{p0}:ss:running']],
  ['events of session histories', ['RPOP', 'opscore:{p0}:se:s']],
  ['routing entries', ['DEL', 'opscore:{p0}:rc:work']],
] as const)('finds out where %s are not what they were', async (kind, command) => {
  const dataDir = await smallStore()
  await moving(dataDir, { partitions: 1 })
  redis.cli(...command)
  const { kinds, agrees } = await moving(dataDir)
  expect(agrees).toBe(false)
  expect(kinds.filter((each) => !each.agrees).map((each) => each.kind)).toContain(kind)
})
