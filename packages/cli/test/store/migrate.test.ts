import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { placeOf } from '../../src/store/named-store.ts'
import { opscore, temporaryFolder } from '../opscore-process.ts'

async function migrate(...args: string[]) {
  const run = opscore(['migrate', ...args])
  return { code: await run.exit, stdout: run.stdout, stderr: run.stderr }
}

const unset = { dataDir: '.opscore', redisUrl: undefined, redisHost: 'localhost', redisPort: 6379 }
const host = (to: string) => placeOf({ from: 'sqlite:d', to }, unset).to.endpoints[0].host

test('stores are named by kind and place, or by kind alone where the settings name the place', () => {
  expect(
    ['redis:redis://a', 'redis://b', 'redis:rediss+cluster://c,d', 'redis+cluster://e', 'redis'].map(host),
  ).toEqual(['a', 'b', 'c', 'e', 'localhost'])
  const { to } = placeOf(
    { from: 'sqlite:d', to: 'redis' },
    { ...unset, redisUrl: placeOf({ from: 'sqlite', to: 'redis://u' }, unset).to },
  )
  expect(to.endpoints[0].host).toBe('u')
  expect(['sqlite', 'sqlite:/var/lib/opscore'].map((from) => placeOf({ from, to: 'redis' }, unset).from)).toEqual([
    '.opscore',
    '/var/lib/opscore',
  ])
})

test('what is no move from SQLite to Redis is a usage error with an example', async () => {
  const turned = await migrate('--from', 'redis:redis://localhost', '--to', 'sqlite:here')
  expect([turned.code, turned.stdout]).toEqual([2, ''])
  expect(turned.stderr).toContain('from SQLite to Redis alone.\nSuch as: opscore migrate --from sqlite:')
  const bad = await migrate('--from', 'sqlite:here', '--to', 'redis://user:secret@a,b')
  expect([bad.code, bad.stderr]).toEqual([2, 'error: --to must name one host, without a comma\n'])
})

test('a directory without data is named, and not made', async () => {
  const folder = join(temporaryFolder(), 'none')
  const { code, stderr } = await migrate('--from', `sqlite:${folder}`, '--to', 'redis')
  expect([code, stderr]).toEqual([
    1,
    `error: There is no opscore.db in ${folder}.\nName the data directory: --from sqlite:DIR\n`,
  ])
  expect(existsSync(folder)).toBe(false)
})
