import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError, createLog } from '@opscore/host'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isApiKey, makeApiKey, openRootKey } from '../../src/http/access/api-key.ts'
import { hashKey } from '../../src/http/access/key-ring.ts'
import { openKeyRing } from '../../src/http/access/open-key-ring.ts'

let root: string
let dataDir: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'opscore-key-'))
  dataDir = join(root, 'data')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const settings = (more: object = {}) => ({ host: '127.0.0.1', dataDir, apiKey: undefined, ...more })

test('a key has 256 bits and a checksum that tells it from noise', () => {
  const key = makeApiKey()
  expect(key).toMatch(/^ops_[\w-]{49}$/)
  expect(isApiKey(key)).toBe(true)
  expect(makeApiKey()).not.toBe(key)
  for (const other of [
    '',
    'ops_',
    key.slice(0, -1),
    `${key}x`,
    key.replace(/^ops_./, key[4] === 'A' ? 'ops_B' : 'ops_A'),
    key.toUpperCase(),
  ]) {
    expect([other, isApiKey(other)]).toEqual([other, false])
  }
})

test('the first start makes a key that only its owner can read, and later ones find it', async () => {
  const first = await openRootKey(settings())
  const file = join(dataDir, 'api-key')
  expect(first).toEqual({ key: expect.any(String), file, made: true })
  expect(await readFile(file, 'utf8')).toBe(`${first.key}\n`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
  expect(await openRootKey(settings())).toEqual({ key: first.key, file, made: false })
})

test('several first starts at once agree on one key', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => openRootKey(settings())))
  expect(new Set(keys.map(({ key }) => key)).size).toBe(1)
  expect(keys.filter(({ made }) => made)).toHaveLength(1)
})

test('a configured key is taken as it is, and nothing is written', async () => {
  expect(await openRootKey(settings({ apiKey: 'short', host: '0.0.0.0' }))).toEqual({ key: 'short', made: false })
  await expect(stat(dataDir)).rejects.toThrow('ENOENT')
})

test('beyond loopback there must be a key already', async () => {
  const opening = openRootKey(settings({ host: '0.0.0.0' }))
  await expect(opening).rejects.toThrow(ConfigurationError)
  await expect(opening).rejects.toThrow('OPSCORE_API_KEY must be set to listen on 0.0.0.0')
  const { key } = await openRootKey(settings())
  expect((await openRootKey(settings({ host: '0.0.0.0' }))).key).toBe(key)
})

test('a file that holds something else is named, and never overwritten', async () => {
  const { file } = await openRootKey(settings())
  await writeFile(file ?? '', 'something else\n')
  await expect(openRootKey(settings())).rejects.toThrow('api-key does not hold an API key')
  expect(await readFile(file ?? '', 'utf8')).toBe('something else\n')
})

test('a key is printed when it is made, and never again', async () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', name: 'test', destination: { write: (line) => lines.push(line) } })
  const { keys, apiKeyFile } = await openKeyRing(settings(), log)
  const key = (await readFile(apiKeyFile ?? '', 'utf8')).trim()
  expect(keys.find(hashKey(key))?.scopes).toEqual(new Set(['admin']))
  expect(keys.find(hashKey(`${key}x`))).toBeUndefined()
  await openKeyRing(settings(), log)
  expect(lines.filter((line) => line.includes(key))).toHaveLength(1)
})
