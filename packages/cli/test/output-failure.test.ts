/** Output that fails, with the real processes: a reader that has gone, a disk that is full. */
import { expect, test } from 'vitest'
import { eventually, MAIN, opscore } from './opscore-process.ts'
import { steered } from './steered.ts'

const NODE = process.execPath
/** Runs the command with what a shell does to its output. */
const shell = (script: string) => ['bash', '-c', script, NODE, MAIN]
const FULL = shell('"$0" "$@" > /dev/full')

test('a pipe that nobody reads ends a command quietly', async () => {
  const { start, agent } = await steered()
  await agent('one')
  for (const args of [['agent', 'list'], ['agent', 'get', 'one', '-o', 'json'], ['--help']]) {
    const run = start(args, { unread: true })
    expect([args, await run.exit, run.stderr]).toEqual([args, 0, ''])
  }
})

test('a pipe that nobody reads any more ends a watch as an interruption does, quietly', async () => {
  const { start, agent, trigger, client } = await steered()
  await agent('worker')
  const sessionId = await trigger('worker', { taskId: 'a' })
  await eventually(async () => expect((await client.sessions.get(sessionId)).tasks[0]?.attempts).toHaveLength(1))
  const watch = start(['session', 'watch', sessionId], {
    command: shell('set -o pipefail; "$0" "$@" | head -1'),
  })
  await eventually(() => expect(watch.stdout).not.toBe(''))
  await client.tasks.heartbeat(`${sessionId}.1`, { progress: { fraction: 0.5, text: null } })
  await client.tasks.heartbeat(`${sessionId}.1`, { progress: { fraction: 0.7, text: null } })
  expect([await watch.exit, watch.stderr]).toEqual([130, ''])
  expect((await client.sessions.get(sessionId)).status).toBe('running')
})

test('data that cannot be written is an error', async () => {
  const { start, agent } = await steered()
  await agent('one')
  for (const args of [['agent', 'list'], ['agent', 'get', 'one', '-o', 'yaml'], ['--version']]) {
    const run = start(args, { command: FULL })
    expect([args, await run.exit]).toEqual([args, 1])
    expect(run.stderr).toMatch(/^error: The output cannot be written: ENOSPC.*\n$/)
  }
})

test('a key that could not be shown is revoked again', async () => {
  const { start, client } = await steered()
  for (const way of [{ command: FULL }, { unread: true }]) {
    const run = start(['key', 'create', 'lost', '--scopes', 'read'], way)
    expect(await run.exit).toBe(1)
    expect(run.stderr).toMatch(/error: The key could not be shown \(.*(ENOSPC|EPIPE).*\)\. It is revoked: \S+\n/)
    const { items } = await client.keys.list()
    const { keyId, revokedAt } = items.at(-1) ?? {}
    expect(run.stderr).toContain(`It is revoked: ${keyId}\n`)
    expect(revokedAt).toEqual(expect.any(String))
  }
  const file = start(['key', 'create', 'lost', '--scopes', 'read', '--key-file', '/dev/full'])
  expect(await file.exit).toBe(2)
  expect((await client.keys.list()).items).toHaveLength(3)
})

test('help on a full disk is an error without a server too', async () => {
  const run = opscore(['--help'], { command: FULL })
  expect([await run.exit, run.stderr]).toEqual([1, expect.stringContaining('cannot be written')])
})
