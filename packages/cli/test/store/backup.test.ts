import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteStore } from '@opscore/store-sqlite'
import { expect, test } from 'vitest'
import { opscore, temporaryFolder } from '../opscore-process.ts'

async function run(...args: string[]) {
  const running = opscore(args)
  return { code: await running.exit, stdout: running.stdout, stderr: running.stderr }
}

const log = { debug() {}, info() {}, warn() {}, error() {} }

test('a store is backed up while a process has it, and restored into an empty directory alone', async () => {
  const folder = temporaryFolder()
  const [dataDir, file, restored] = [join(folder, 'data'), join(folder, 'one.backup'), join(folder, 'restored')]
  const store = await openSqliteStore({ dataDir, log })
  const record = { kind: 'schedule', id: 'nightly', expectedVersion: 0, value: { at: 6 }, expiresAt: 8.64e15 } as const
  await store.putRecord({ ...record, now: 1 })
  const made = await run('backup', file, '--from', `sqlite:${dataDir}`, '-o', 'json')
  await store.close()
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining(`${file} holds all of it.`) })
  expect(JSON.parse(made.stdout)).toContainEqual({ kind: 'record', count: 1, hash: expect.any(String) })

  const filled = await run('restore', file, '--to', `sqlite:${restored}`, '-o', 'json')
  expect(filled.code).toBe(0)
  expect(JSON.parse(filled.stdout)).toEqual(JSON.parse(made.stdout))
  const there = await openSqliteStore({ dataDir: restored, log })
  expect(await there.getRecord('schedule', 'nightly', 1)).toMatchObject({ version: 1, value: { at: 6 } })
  await there.close()
  const again = await run('restore', file, '--to', `sqlite:${restored}`)
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('holds a store already.') })
})

test('what is no store and what is no backup is said, with the way out, and nothing is left', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'b')
  const memory = await run('backup', file, '--from', 'memory')
  expect(memory).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Such as: --from sqlite:') })
  const nothing = await run('backup', file, '--from', `sqlite:${folder}`)
  expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no opscore.db') })
  expect(existsSync(`${file}.part`)).toBe(false)
  writeFileSync(file, 'no gzip')
  const broken = await run('restore', file, '--to', `sqlite:${join(folder, 'new')}`)
  expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining('is no whole backup') })
  expect(existsSync(join(folder, 'new', 'opscore.db'))).toBe(false)
})
