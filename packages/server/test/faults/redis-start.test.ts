import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Log } from '@opscore/engine'
import { freePort } from '@opscore/host'
import { openRedisStore } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import { RedisUnfitError } from '@opscore/store-redis/unfit-error'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { API_KEY } from './api-client.ts'
import { MAIN } from './serve-process.ts'

const resources: RedisProcess[] = []
afterEach(async () => {
  for (const redis of resources.splice(0)) await redis[Symbol.asyncDispose]()
})

async function redisWith(settings: Record<string, string>): Promise<RedisProcess> {
  const redis = await startRedis(settings)
  resources.push(redis)
  return redis
}

/** What it says as it starts. */
async function promise(url: string): Promise<unknown> {
  const said: object[] = []
  const log: Log = { debug() {}, error() {}, info: (fields) => said.push(fields), warn: (fields) => said.push(fields) }
  const store = await openRedisStore({ address: readRedisUrl(url), partitions: 2, log, startWithin: 1_000 })
  await store.close()
  return said[0]
}

const refusal = (url: string): Promise<unknown> => promise(url).catch((error: unknown) => error)

describe('a store that starts over Redis', () => {
  it.each([
    [{ appendonly: 'yes', appendfsync: 'always' }, 'always', 'a crash of Redis loses nothing'],
    [{ appendonly: 'yes', appendfsync: 'everysec' }, 'everysec', 'loses the last second'],
    [{ appendonly: 'yes', appendfsync: 'no' }, 'no', 'set appendfsync to everysec or always'],
    [{ appendonly: 'no' }, 'off', 'set appendonly to yes'],
  ])('says what Redis promises with %j', async (settings, persistence, sentence) => {
    const { url } = await redisWith(settings)
    expect(await promise(url)).toMatchObject({ persistence, promise: expect.stringContaining(sentence) })
  })

  it('refuses a Redis that would throw keys away', async () => {
    const { url } = await redisWith({ 'maxmemory-policy': 'allkeys-lru' })
    const error = await refusal(url)
    expect(error).toBeInstanceOf(RedisUnfitError)
    expect(String(error)).toMatch(/maxmemory-policy allkeys-lru, which would throw parts .+ set it to noeviction/)
  })

  it('refuses a replica', async () => {
    const master = await redisWith({})
    const { url } = await redisWith({ replicaof: `127.0.0.1 ${master.port}` })
    expect(String(await refusal(url))).toContain('This Redis is a replica')
  })

  it('refuses data of a later format', async () => {
    const redis = await redisWith({})
    await promise(redis.url)
    redis.cli('HSET', 'opscore:{w}:meta', 'format', '99')
    expect(String(await refusal(redis.url))).toContain('Redis holds data of format 99, this version knows 1 at most')
  })

  it('refuses where nobody answers, naming the place and not the password', async () => {
    const port = await freePort()
    const error = await refusal(`redis://user:secret@127.0.0.1:${port}`)
    expect(String(error)).toMatch(new RegExp(`Redis at 127.0.0.1:${port} cannot be reached: .*ECONNREFUSED`))
    expect(String(error)).not.toContain('secret')
  })

  it('gives its user and password, and refuses where they are wrong', async () => {
    const redis = await redisWith({})
    redis.cli('ACL', 'SETUSER', 'keeper', 'on', '>se%cret', '~*', '&*', '+@all')
    expect(await promise(`redis://keeper:se%25cret@127.0.0.1:${redis.port}`)).toMatchObject({ persistence: 'off' })
    expect(String(await refusal(`redis://keeper:wrong@127.0.0.1:${redis.port}`))).toContain('WRONGPASS')
  })

  it('keeps to the database that the URL names', async () => {
    const redis = await redisWith({})
    await promise(`${redis.url}/3`)
    expect(redis.cli('DBSIZE')).toBe('0')
    expect(redis.cli('-n', '3', 'EXISTS', 'opscore:{w}:meta')).toBe('1')
  })
})

describe('a process that is asked to stop while it waits for Redis', () => {
  const starting = async (url: string) => {
    const dataDir = dataDirOfTest()
    const env = { OPSCORE_STORAGE_TYPE: 'redis', OPSCORE_REDIS_URL: url, OPSCORE_API_KEY: API_KEY }
    const args = [MAIN, 'serve', '--port', '0', '--data-dir', dataDir]
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [output, exit] = [Promise.all([text(child.stdout), text(child.stderr)]), once(child, 'exit')]
    return { child, output, exit }
  }

  it('ends with 0 at once, and says nothing', async () => {
    const mute = createServer()
    mute.listen(0, '127.0.0.1')
    onTestFinished(() => void mute.close())
    await once(mute, 'listening')
    const address = mute.address()
    const mutePort = typeof address === 'object' && address !== null ? address.port : 0
    const accepted = once(mute, 'connection')
    const waiting = await starting(`redis://127.0.0.1:${mutePort}`)
    const [socket] = await accepted
    onTestFinished(() => socket.destroy())
    waiting.child.kill('SIGTERM')
    const asked = performance.now()
    expect(await waiting.exit).toEqual([0, null])
    // An attempt takes ten seconds.
    expect(performance.now() - asked).toBeLessThan(5_000)
    expect(await waiting.output).toEqual(['', ''])
  })
})
