import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { commandInProcess } from '../command-in-process.ts'
import { temporaryFolder } from '../opscore-process.ts'
import { KEY, steered } from '../steered.ts'

/** A running Ops-Core, and commands that steer it from this process. */
async function steeredFromHere() {
  const { url, ...rest } = await steered()
  const keyFile = join(temporaryFolder(), 'key')
  writeFileSync(keyFile, KEY)
  const run = (args: string[]) => commandInProcess([...args, '--opscore-url', url, '--api-key-file', keyFile])
  return { ...rest, run }
}

test('the fleet is shown at a glance, with what wants a person, and found by name', async () => {
  const { run, agent, trigger, client } = await steeredFromHere()
  await agent('one', 'Writer One')
  await agent('two')
  await client.reportState({ agentId: 'two', timestamp: new Date().toISOString(), state: 'error', details: null })
  const sessionId = await trigger('one', { taskId: 'a' })
  await client.tasks.fail(`${sessionId}.1`, { code: 'X', message: 'By hand' })
  await vi.waitFor(async () => {
    const { stdout } = await run(['overview'])
    expect(stdout).toMatch(/^AGENTS +2: /m)
    expect(stdout).toMatch(/^SESSIONS +failed 1$/m)
    expect(stdout).toMatch(/^ATTENTION +2: /m)
    expect(stdout).toMatch(/^LAST HOUR +started 1, completed 0, failed 1$/m)
  }, 30_000)
  expect(JSON.parse((await run(['overview', '-o', 'json'])).stdout)).toMatchObject({ agents: { total: 2 } })
  const ids = (await run(['attention', '-o', 'name'])).stdout.trim().split('\n')
  expect(ids.sort()).toEqual(['agent_in_error:two', `session_failed:${sessionId}`])
  expect((await run(['attention', '--kind', 'agent_in_error', '-o', 'name'])).stdout).toBe('agent_in_error:two\n')
  expect((await run(['attention', '--kind', 'agent_hung'])).stderr).toBe('None.\n')
  expect((await run(['attention', '--kind', 'nothing'])).code).toBe(2)
  expect((await run(['search', 'writer', '-o', 'name'])).stdout).toBe('one\n')
  expect((await run(['system'])).stdout).toMatch(/^STORE +memory, 1 partitions$/m)
})

test('many sessions are acted on at once, after a look at what would be done', async () => {
  const { run, agent, trigger } = await steeredFromHere()
  await agent('one')
  const sessions = [await trigger('one', { taskId: 'a' }), await trigger('one', { taskId: 'a' })].sort()
  const status = async () => (await run(['session', 'list', '--status', 'cancelled', '-o', 'name'])).stdout
  const dry = await run(['session', 'bulk', 'cancel', '--agent', 'one', '--dry-run', '-o', 'name'])
  expect([dry.code, dry.stdout.trim().split('\n').sort()]).toEqual([0, sessions])
  expect(dry.stderr).toBe('2 ok, 0 skipped, 0 failed; nothing was done.\n')
  expect(await status()).toBe('')
  const unsure = await run(['session', 'bulk', 'cancel', '--agent', 'one'])
  expect([unsure.code, unsure.stderr]).toEqual([2, expect.stringContaining('Cancel 2 sessions?')])
  expect(await status()).toBe('')
  expect((await run(['session', 'bulk', 'cancel'])).code).toBe(2)
  const done = await run(['session', 'bulk', 'cancel', '--agent', 'one', '--yes', '-o', 'jsonl'])
  expect([done.code, done.stderr]).toEqual([0, '2 ok, 0 skipped, 0 failed.\n'])
  expect((await status()).trim().split('\n').sort()).toEqual(sessions)
  const again = await run(['session', 'bulk', 'cancel', '--agent', 'one', '--yes', '-o', 'json'])
  expect(JSON.parse(again.stdout)).toMatchObject([{ outcome: 'skipped' }, { outcome: 'skipped' }])
  const none = await run(['session', 'bulk', 'retry', '--workflow', 'no-such'])
  expect(none).toEqual({ code: 0, stdout: '', stderr: 'None.\n' })
})
