import { ConfigurationError, describeSettings, readSettings } from '@opscore/host'
import { expect, test } from 'vitest'
import { serverSettings } from '../src/config.ts'

const read = (env: Record<string, string>) => readSettings(serverSettings, env)

test('without any variable it is a server for one machine', () => {
  expect(read({})).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    dataDir: '.opscore',
    storage: 'sqlite',
    apiKey: undefined,
    webhookSecrets: [],
    webhookAllowUnsigned: false,
    rateLimit: 200,
    agentHistory: 7 * 24 * 3_600_000,
    sessionHistory: 30 * 24 * 3_600_000,
    shutdownDelay: 0,
  })
})

test('reads what the environment says', () => {
  expect(
    read({
      OPSCORE_WEBHOOK_SECRET: 'new, old',
      OPSCORE_RATE_LIMIT: 'OFF',
      OPSCORE_STORAGE_TYPE: 'Memory',
      OPSCORE_WORKFLOWS: 'a.json,b.yaml',
      OPSCORE_WEBHOOK_ALLOW_UNSIGNED: 'true',
      OPSCORE_SHUTDOWN_DELAY: '5s',
    }),
  ).toMatchObject({
    webhookSecrets: ['new', 'old'],
    rateLimit: null,
    storage: 'memory',
    workflows: ['a.json', 'b.yaml'],
    webhookAllowUnsigned: true,
    shutdownDelay: 5_000,
  })
  expect(read({ OPSCORE_RATE_LIMIT: '50' }).rateLimit).toBe(50)
})

test.each(['inmemory', 'InMemory', 'IN-MEMORY', 'in_memory', 'memory'])(
  'OPSCORE_STORAGE_TYPE=%s keeps nothing',
  (value) => {
    expect(read({ OPSCORE_STORAGE_TYPE: value }).storage).toBe('memory')
  },
)

test.each(['0', '-1', '1.5', 'on', '99999999'])('OPSCORE_RATE_LIMIT=%s is refused with its way out', (value) => {
  expect(() => read({ OPSCORE_RATE_LIMIT: value })).toThrow(ConfigurationError)
  expect(() => read({ OPSCORE_RATE_LIMIT: value })).toThrow('OPSCORE_RATE_LIMIT must be off, or a whole number')
})

test('OPSCORE_REDIS_STORE is the id of a store, or any', () => {
  const id = '019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e91'
  expect([read({}).redisStore, read({ OPSCORE_REDIS_STORE: 'Any' }).redisStore]).toEqual([undefined, 'any'])
  expect(read({ OPSCORE_REDIS_STORE: id.toUpperCase() }).redisStore).toBe(id)
  expect(() => read({ OPSCORE_REDIS_STORE: 'none' })).toThrow("OPSCORE_REDIS_STORE must be any, or a store's id")
})

test('names every problem at once, and no secret', () => {
  expect(() => read({ OPSCORE_PORT: 'eighty', LOG_LEVEL: 'loud', OPSCORE_API_KEY: 'hidden' })).toThrow(
    expect.objectContaining({
      problems: [expect.stringContaining('OPSCORE_PORT'), expect.stringContaining('LOG_LEVEL')],
    }),
  )
})

test('documents every variable', () => {
  for (const { name, doc } of describeSettings(serverSettings)) {
    expect(name).toMatch(/^(OPSCORE_|AGENTKIT_|REDIS_|LOG_LEVEL)/)
    expect(doc.length).toBeGreaterThan(10)
  }
})
