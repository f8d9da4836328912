import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { revokeKey } from '../../src/commands/key.ts'
import { createTerminal, type Terminal } from '../../src/terminal/terminal.ts'
import { temporaryFolder } from '../opscore-process.ts'
import { KEY, steered } from '../steered.ts'

test('a key is made, shown once, listed without itself, and revoked', async () => {
  const { run, client } = await steered()
  const made = await run(['key', 'create', 'reader', '--scopes', 'read,metrics', '--expires-in', '1h', '-o', 'json'])
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('shown this once') })
  const { key, ...view } = JSON.parse(made.stdout)
  expect(view).toMatchObject({ name: 'reader', scopes: ['read', 'metrics'], agentIds: null, revokedAt: null })
  const lifetime = Date.parse(view.expiresAt) - Date.parse(view.createdAt)
  expect(Math.abs(lifetime - 3_600_000)).toBeLessThan(60_000)

  expect((await run(['agent', 'list'], key)).code).toBe(0)
  const denied = await run(['key', 'list'], key)
  expect(denied).toMatchObject({ code: 4, stdout: '' })
  const list = await run(['key', 'list'])
  expect(list.stdout).toMatch(/^KEY ID +NAME +SCOPES +AGENTS +CREATED +EXPIRES +REVOKED$/m)
  expect(list.stdout).toMatch(/^root +root +admin +all +- +- +-$/m)
  expect(list.stdout).not.toContain(key)
  expect((await run(['key', 'list', '-o', 'name'])).stdout).toBe(`root\n${view.keyId}\n`)

  const unconfirmed = await run(['key', 'revoke', view.keyId])
  expect(unconfirmed).toMatchObject({ code: 2, stdout: '' })
  expect(unconfirmed.stderr).toContain('Add --yes.')
  expect((await client.keys.get(view.keyId)).revokedAt).toBeNull()
  expect(await run(['key', 'revoke', view.keyId, '--yes'])).toEqual({
    code: 0,
    stdout: '',
    stderr: `The key is revoked: ${view.keyId}\n`,
  })
  expect((await run(['agent', 'list'], key)).code).toBe(4)
})

test('a key file is for its owner alone, is never overwritten, and goes where no key was made', async () => {
  const { run, client } = await steered()
  const file = join(temporaryFolder(), 'writer.key')
  const create = (...more: string[]) =>
    run(['key', 'create', 'writer', '--scopes', 'agents', '--agents', 'a,b', '--key-file', file, ...more])
  const made = await create('-o', 'name')
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining(file) })
  const key = readFileSync(file, 'utf8').trim()
  expect(key).toMatch(/^ops_/)
  expect(`${made.stdout}${made.stderr}`).not.toContain(key)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await client.keys.get(made.stdout.trim())).toMatchObject({ scopes: ['agents'], agentIds: ['a', 'b'] })

  expect(await create()).toMatchObject({ code: 2, stdout: '' })
  expect(readFileSync(file, 'utf8').trim()).toBe(key)
  expect((await client.keys.list()).items).toHaveLength(2)

  const other = join(temporaryFolder(), 'other.key')
  const refused = await run(['key', 'create', 'x', '--scopes', 'read', '--key-file', other], key)
  expect(refused).toMatchObject({ code: 4, stdout: '' })
  expect(() => statSync(other)).toThrow('ENOENT')
})

test('the root key is not revoked, nor is what is not there', async () => {
  const { run } = await steered()
  expect(await run(['key', 'revoke', 'root', '--yes'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('OPSCORE_API_KEY'),
  })
  expect(await run(['key', 'revoke', 'nothing', '--yes'])).toEqual({
    code: 3,
    stdout: '',
    stderr: 'error: API key not found: nothing (KEY_NOT_FOUND)\n',
  })
})

test('on a terminal a person is asked, by the name of the key, and may say no', async () => {
  const { client, url } = await steered()
  const { keyId } = await client.keys.create({ name: 'asked \u001b[31m', scopes: ['read'] })
  const file = join(temporaryFolder(), 'key')
  writeFileSync(file, KEY)
  const asked: string[] = []
  const interrupt = new AbortController()
  const person = (answer: boolean | 'interrupts') => {
    const terminal: Terminal = {
      ...createTerminal(),
      note() {},
      async confirm(question) {
        asked.push(question)
        if (answer !== 'interrupts') return answer
        interrupt.abort()
        throw interrupt.signal.reason
      },
    }
    return { terminal, shutdown: { signal: interrupt.signal, requested: new Promise<void>(() => {}) } }
  }
  const flags = { opscoreUrl: url, apiKeyFile: file }
  await expect(revokeKey(keyId, flags, person(false))).rejects.toMatchObject({ exitCode: 1 })
  expect((await client.keys.get(keyId)).revokedAt).toBeNull()
  await revokeKey(keyId, flags, person(true))
  expect((await client.keys.get(keyId)).revokedAt).not.toBeNull()
  expect(asked[0]).toBe(`Revoke ${keyId} (asked \u{fffd}[31m) for good?`)
  await expect(revokeKey(keyId, flags, person('interrupts'))).rejects.toMatchObject({ exitCode: 130 })
})
