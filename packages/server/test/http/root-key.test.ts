import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError, createLog } from '@opscore/host'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRootKey } from '../../src/http/access/root-key.ts'

let root: string
let dataDir: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'opscore-key-'))
  dataDir = join(root, 'data')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const silent = createLog({ level: 'silent', name: 'test' })
const open = (settings: object = {}, log = silent) =>
  openRootKey({ host: '127.0.0.1', dataDir, apiKey: undefined, ...settings }, log)

test('the first start makes a key that only its owner can read, and later ones find it', async () => {
  const first = await open()
  const file = join(dataDir, 'api-key')
  expect(first).toEqual({ key: expect.any(String), file, made: true })
  expect(await readFile(file, 'utf8')).toBe(`${first.key}\n`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
  expect(await open()).toEqual({ key: first.key, file, made: false })
})

test('several first starts at once agree on one key', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => open()))
  expect(new Set(keys.map(({ key }) => key)).size).toBe(1)
  expect(keys.filter(({ made }) => made)).toHaveLength(1)
})

test('a configured key is taken as it is, and nothing is written', async () => {
  expect(await open({ apiKey: 'short', host: '0.0.0.0' })).toEqual({ key: 'short', made: false })
  await expect(stat(dataDir)).rejects.toThrow('ENOENT')
})

test('beyond loopback there must be a key already', async () => {
  const opening = open({ host: '0.0.0.0' })
  await expect(opening).rejects.toThrow(ConfigurationError)
  await expect(opening).rejects.toThrow('OPSCORE_API_KEY must be set to listen on 0.0.0.0')
  const { key } = await open()
  expect((await open({ host: '0.0.0.0' })).key).toBe(key)
})

test('a file that holds something else is named, and never overwritten', async () => {
  const { file } = await open()
  await writeFile(file ?? '', 'something else\n')
  await expect(open()).rejects.toThrow('api-key does not hold an API key')
  expect(await readFile(file ?? '', 'utf8')).toBe('something else\n')
})

test('a key is printed when it is made, and never again', async () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', name: 'test', destination: { write: (line) => lines.push(line) } })
  const { key } = await open({}, log)
  await open({}, log)
  expect(lines.filter((line) => line.includes(key))).toHaveLength(1)
})
