/** Redis over TLS, with a certificate by a CA of one's own, and a user of its access lists. */

import { freePort } from '@opscore/host'
import { openRedisStore } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import { RedisUnfitError } from '@opscore/store-redis/unfit-error'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../engine/test/engine/silent-log.ts'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { makeAuthority } from '../../../store-redis/test/redis/test-authority.ts'
import { startTestAgent } from '../end-to-end/test-agent.ts'
import { API_KEY } from './api-client.ts'
import { completeOneSession } from './one-session.ts'
import { startProcess } from './serve-process.ts'

let resources: AsyncDisposableStack
beforeEach(() => {
  resources = new AsyncDisposableStack()
})
afterEach(() => resources.disposeAsync())

interface SecureRedis {
  redis: RedisProcess
  port: number
  /** The certificate of who issued the server's. */
  authority: string
}

/** It has a port without TLS as well, for the test alone. */
async function secureRedis(subjects: string): Promise<SecureRedis> {
  const port = await freePort()
  const authority = makeAuthority()
  const redis = resources.use(await startRedis(authority.settingsFor(subjects, port)))
  return { redis, port, authority: authority.file }
}

/** Long enough for a refusal that comes by itself to be told from one that comes of waiting. */
const START_WITHIN = 60_000

async function refusal(url: string, startWithin = START_WITHIN): Promise<string> {
  const error = await openRedisStore({ address: readRedisUrl(url), partitions: 1, log: silentLog, startWithin }).then(
    (store) => store.close(),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(RedisUnfitError)
  return error instanceof Error ? error.message : ''
}

describe('a certificate that is not trusted', () => {
  it('is refused without a further try, with the way to name a CA of one’s own', async () => {
    const { port, redis } = await secureRedis('IP:127.0.0.1')
    const start = performance.now()
    const said = await refusal(`rediss://127.0.0.1:${port}`)
    expect(performance.now() - start).toBeLessThan(START_WITHIN / 2)
    expect(said).toContain(`Redis at 127.0.0.1:${port} cannot be reached: its certificate is not trusted`)
    expect(said).toContain('NODE_EXTRA_CA_CERTS')
    expect(redis.cli('DBSIZE')).toBe('0')
  })

  it('is refused where its CA is trusted and it is for another host', async () => {
    const { port, authority } = await secureRedis('DNS:redis.example')
    const env = serving(`rediss://127.0.0.1:${port}`, authority)
    const starting = startProcess('serve', { port: await freePort(), dataDir: dataDirOfTest(), env })
    await expect(starting).rejects.toThrow(/ERR_TLS_CERT_ALTNAME_INVALID\). Give Redis one that is good for the host/)
  })
})

const serving = (url: string, authority: string) => ({
  OPSCORE_STORAGE_TYPE: 'redis',
  OPSCORE_REDIS_URL: url,
  OPSCORE_API_KEY: API_KEY,
  NODE_EXTRA_CA_CERTS: authority,
})

it('takes a session to its end as a user who may touch its own keys alone, and says so where the password is wrong', async () => {
  const { redis, port, authority } = await secureRedis('DNS:localhost')
  redis.cli('ACL', 'SETUSER', 'ops', 'on', '>p@ss/word', '~opscore:*', '~{opscore}:*', '&opscore:*', '+@all')
  redis.cli('ACL', 'SETUSER', 'default', 'off')
  const url = (password: string) => `rediss://ops:${encodeURIComponent(password)}@localhost:${port}`
  const start = async (password: string) =>
    startProcess('serve', { port: await freePort(), dataDir: dataDirOfTest(), env: serving(url(password), authority) })
  await expect(start('wrong')).rejects.toThrow(/cannot be reached: WRONGPASS/)
  const opsCore = resources.use(await start('p@ss/word'))

  const agent = await startTestAgent({ agentId: 'one', opsCore: opsCore.url, apiKey: API_KEY })
  resources.defer(() => agent.close())
  await agent.register()
  await agent.report('idle')
  await completeOneSession(opsCore.url)
})

it('says of a Redis without TLS that it cannot be reached over it', async () => {
  const redis = resources.use(await startRedis())
  expect(await refusal(`rediss://127.0.0.1:${redis.port}`, 1_000)).toContain('cannot be reached:')
})
