import { expect, test } from 'vitest'
import { eventually } from '../../opscore-process.ts'
import { steered } from '../../steered.ts'

const FOLLOWED = [{ taskId: 'a', nextTaskId: 'b' }, { taskId: 'b' }]

test('a session is followed from its beginning to its end, though it began before', async () => {
  const { start, agent, trigger, client } = await steered()
  await agent('worker')
  const sessionId = await trigger('worker', ...FOLLOWED)
  const watch = start(['session', 'watch', sessionId])
  await eventually(() => expect(watch.stdout).toContain('assigned to worker, attempt 1'))
  await client.tasks.heartbeat(`${sessionId}.1`, { progress: { fraction: 0.4, text: '2 of \u001b[31m5' } })
  await eventually(() => expect(watch.stdout).toContain('40 % 2 of \u{fffd}[31m5'))
  await client.tasks.complete(`${sessionId}.1`)
  await client.reportState({ agentId: 'worker', timestamp: new Date().toISOString(), state: 'idle', details: null })
  await eventually(() => expect(watch.stdout).toMatch(/b {2}→ assigned to worker/))
  await client.tasks.complete(`${sessionId}.2`)
  expect([await watch.exit, watch.stderr]).toEqual([0, 'The session completed.\n'])
  const lines = watch.stdout.trimEnd().split('\n')
  expect(lines.map((line) => line.replace(/^ +\d+\.\d\d s {2}/, '').split(/, attempt| by /)[0])).toEqual([
    'a  → assigned to worker',
    'a  ● running',
    'a  ● 40 % 2 of \u{fffd}[31m5',
    'a  ✓ completed',
    'b  → assigned to worker',
    'b  ✓ completed',
  ])
})

test('a session that has ended is told whole, as JSON lines, and exits as it ended', async () => {
  const { run, agent, trigger, client } = await steered()
  await agent('worker')
  const sessionId = await trigger('worker', { taskId: 'a' })
  await eventually(async () => expect((await client.sessions.get(sessionId)).tasks[0]?.attempts).toHaveLength(1))
  await client.tasks.fail(`${sessionId}.1`, { code: 'E', message: 'It broke' })
  const { code, stdout, stderr } = await run(['session', 'watch', sessionId, '-o', 'jsonl'])
  expect([code, stderr]).toEqual([5, 'error: The session failed: E: It broke\n'])
  const types = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type)
  expect([types[0], types.at(-1)]).toEqual(['session.started', 'session.failed'])
  await client.sessions.retry(sessionId)
  await client.sessions.cancel(sessionId)
  const cancelled = await run(['session', 'watch', sessionId])
  expect([cancelled.code, cancelled.stderr]).toEqual([5, 'error: The session is cancelled\n'])
})

test('looking on for 90 days lasts until the session ends', async () => {
  const { start, agent, trigger, client } = await steered()
  await agent('worker')
  const sessionId = await trigger('worker', { taskId: 'a' })
  const watch = start(['session', 'watch', sessionId, '--timeout', '90d'])
  await eventually(() => expect(watch.stdout).toContain('assigned'))
  await client.tasks.complete(`${sessionId}.1`, {})
  expect(await watch.exit).toBe(0)
})

test('looking on may end before the session does, which goes on', async () => {
  const { run, start, agent, trigger, client } = await steered()
  await agent('worker')
  const sessionId = await trigger('worker', { taskId: 'a' })
  const late = await run(['session', 'watch', sessionId, '--timeout', '1s'])
  expect(late.code).toBe(124)
  expect(late.stderr).toBe(
    `error: The session has not ended in time, and goes on.\nSee opscore session watch ${sessionId}.\n`,
  )
  const watch = start(['session', 'watch', sessionId])
  await eventually(() => expect(watch.stdout).toContain('assigned'))
  watch.signal('SIGINT')
  expect(await watch.exit).toBe(130)
  expect((await client.sessions.get(sessionId)).status).toBe('running')
})

test('a session that is not there exits 3, and a key that may not read 4', async () => {
  const { run, client } = await steered()
  expect(await run(['session', 'watch', 'nothing'])).toMatchObject({ code: 3, stdout: '' })
  const { key } = await client.keys.create({ name: 'k', scopes: ['agents'] })
  expect(await run(['session', 'watch', 'nothing'], key)).toMatchObject({ code: 4, stdout: '' })
})
