import { expect, test } from 'vitest'
import { eventually } from './opscore-process.ts'
import { steered } from './steered.ts'

test('lists are data on stdout in every format, and an empty one is []', async () => {
  const { run, agent } = await steered()
  expect(await run(['agent', 'list', '-o', 'json'])).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  expect(await run(['agent', 'list'])).toEqual({ code: 0, stdout: '', stderr: 'None.\n' })
  await agent('one', 'The \u001b[31mred\u001b[0m\none')
  await agent('two')
  const list = async (...args: string[]) => (await run(['agent', 'list', ...args])).stdout
  expect(JSON.parse(await list('-o', 'json')).map((each: { agentId: string }) => each.agentId)).toEqual(['one', 'two'])
  expect(await list('-o', 'name')).toBe('one\ntwo\n')
  expect(await list('-o', 'name', '--limit', '1')).toBe('one\n')
  expect(await list('-o', 'name', '--state', 'active')).toBe('')
  expect(
    (await list('-o', 'jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).agentId),
  ).toEqual(['one', 'two'])
  expect(await list('-o', 'yaml')).toMatch(/^- agentId: one\n/)
  const [head, first, second, ...rest] = (await list('-o', 'table')).trimEnd().split('\n')
  expect(head).toMatch(/^AGENT {2}NAME +STATE +LIVENESS +HELD +TASKS +CAPABILITIES +LAST SEEN$/)
  expect(first).toMatch(/^one {4}The \ufffd\[31mred\ufffd\[0m\ufffdone {2}idle +online +- +0\/1 +x,y +20/)
  expect(second).toMatch(/^two /)
  expect(rest).toEqual([])
})

test('a session is listed, shown, explained, and its task completed by hand', async () => {
  const { run, agent, trigger } = await steered()
  await agent('worker')
  const sessionId = await trigger('worker', { taskId: 'a' })
  expect((await run(['session', 'list', '-o', 'name', '--status', 'running', '--agent', 'worker'])).stdout).toBe(
    `${sessionId}\n`,
  )
  expect((await run(['session', 'list', '-o', 'name', '--workflow', 'other'])).stdout).toBe('')
  await eventually(async () => {
    const { stdout } = await run(['session', 'explain', sessionId, '-o', 'json'])
    expect(JSON.parse(stdout)).toMatchObject([{ code: 'AWAITING_REPORT', taskDefinitionId: 'a' }])
  })
  expect((await run(['session', 'explain', sessionId])).stdout).toContain('AWAITING_REPORT')
  expect(await run(['task', 'complete', `${sessionId}.1`, '--result', '{"by":"hand"}'])).toEqual({
    code: 0,
    stdout: '',
    stderr: `Task complete accepted: ${sessionId}.1\n`,
  })
  const shown = (await run(['session', 'get', sessionId])).stdout
  expect(shown).toMatch(/^STATUS {4}completed$/m)
  expect(shown).toContain('{"by":"hand"}')
  expect(shown).toMatch(/^TASK +DEFINITION +STATUS +AGENT +ATTEMPTS +PROGRESS +ERROR$/m)
  const types = async (...args: string[]) =>
    JSON.parse((await run(['session', 'events', sessionId, '-o', 'json', ...args])).stdout).map(
      ({ type }: { type: string }) => type,
    )
  expect((await types()).slice(0, 1)).toEqual(['session.started'])
  expect(await types('--order', 'desc')).toEqual((await types()).reverse())
  expect(await types('--order', 'desc', '--limit', '1')).toEqual(['session.completed'])
  expect(JSON.parse((await run(['task', 'get', `${sessionId}.1`, '-o', 'json'])).stdout)).toMatchObject({
    status: 'completed',
    result: { by: 'hand' },
  })
  expect(await run(['session', 'explain', sessionId])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'The session is completed: it waits for nothing.\n',
  })
})

test('a result that came too late is adopted', async () => {
  const { run, agent, trigger } = await steered()
  await agent('worker')
  const sessionId = await trigger('worker', { taskId: 'a' })
  const task = `${sessionId}.1`
  expect((await run(['task', 'adopt', task])).code).not.toBe(0)
  expect((await run(['task', 'fail', task])).code).toBe(0)
  expect((await run(['task', 'complete', task, '--result', '"after all"'])).code).not.toBe(0)
  expect(await run(['task', 'adopt', task])).toEqual({ code: 0, stdout: '', stderr: `Task adopt accepted: ${task}\n` })
  expect((await run(['session', 'get', sessionId])).stdout).toMatch(/^STATUS {4}completed$/m)
})

test('sessions are paused, resumed, failed, retried and cancelled', async () => {
  const { run, agent, trigger, client } = await steered()
  await agent('worker')
  const sessionId = await trigger('worker', { taskId: 'a' })
  const statusOf = async () => (await client.sessions.get(sessionId)).status
  expect((await run(['session', 'pause', sessionId, '--reason', 'Lunch'])).stderr).toContain('pause accepted')
  expect(await statusOf()).toBe('paused')
  expect((await run(['session', 'resume', sessionId])).code).toBe(0)
  await eventually(async () => expect((await client.sessions.get(sessionId)).tasks[0]?.attempts).toHaveLength(1))
  const { code, stderr } = await run(['task', 'fail', `${sessionId}.1`, '--code', 'E', '--message', 'It broke'])
  expect([code, stderr]).toEqual([0, `Task fail accepted: ${sessionId}.1\n`])
  expect((await client.sessions.get(sessionId)).error).toMatchObject({ code: 'E', message: 'It broke' })
  expect((await run(['session', 'retry', sessionId])).code).toBe(0)
  expect(await statusOf()).toBe('running')
  expect((await run(['session', 'cancel', sessionId])).code).toBe(0)
  expect(await statusOf()).toBe('cancelled')
  const conflict = await run(['session', 'resume', sessionId])
  expect(conflict).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: The session is cancelled and cannot be resumed (STATE_CONFLICT)\n',
  })
})

test('what is not there exits 3, a key that is wrong 4, what is misspelt 2', async () => {
  const { run, agent } = await steered()
  await agent('worker')
  for (const args of [
    ['session', 'get', 'nothing'],
    ['session', 'cancel', 'nothing'],
    ['task', 'get', 'nothing'],
    ['agent', 'state', 'nothing'],
  ]) {
    const { code, stdout, stderr } = await run(args)
    expect([args, code, stdout]).toEqual([args, 3, ''])
    expect(stderr).toMatch(/^error: (\w+ not found: nothing|No state found for agent nothing) \([A-Z]+_NOT_FOUND\)\n$/)
  }
  expect(await run(['agent', 'get', 'worker'], 'wrong')).toMatchObject({ code: 4, stdout: '' })
  expect((await run(['agent', 'state', 'worker', '-o', 'xml'])).code).toBe(2)
  expect((await run(['task', 'complete', 'x', '--result', '{'])).stderr).toContain('It must be JSON')
  expect((await run(['agent', 'state', 'worker', '-o', 'name'])).stdout).toBe('idle\n')
})

test('an agent is paused, drained and resumed, and the list says how it is held', async () => {
  const { run, agent, client } = await steered()
  await agent('worker')
  const held = async () => (await run(['agent', 'list'])).stdout
  expect(await run(['agent', 'pause', 'worker', '--reason', 'Lunch'])).toMatchObject({ code: 0, stdout: '' })
  expect((await client.agents.get('worker')).hold).toMatchObject({ kind: 'pause', reason: 'Lunch' })
  expect(await held()).toMatch(/^worker .* paused /m)
  expect((await run(['agent', 'drain', 'worker'])).code).toBe(0)
  await eventually(async () => expect(await held()).toMatch(/^worker .* drained /m))
  expect((await run(['agent', 'resume', 'worker'])).code).toBe(0)
  expect((await client.agents.get('worker')).hold).toBeNull()
  expect(await held()).toMatch(/^worker .* - /m)
  for (const action of ['pause', 'drain', 'resume']) expect((await run(['agent', action, 'nobody'])).code).toBe(3)
})

test('what waits for an agent is listed, and why it takes none of it is said beside', async () => {
  const { run, agent, trigger } = await steered()
  await agent('worker')
  const waiting = (...args: string[]) => run(['agent', 'waiting', 'worker', ...args])
  expect(await waiting()).toEqual({ code: 0, stdout: '', stderr: 'None.\n' })
  await run(['agent', 'pause', 'worker', '--reason', 'Lunch'])
  const sessionId = await trigger('worker', { taskId: 'a' }, { taskId: 'b' })
  const { code, stdout, stderr } = await waiting('-o', 'name', '--limit', '1')
  expect(code).toBe(0)
  expect(stdout).toMatch(new RegExp(`^${sessionId}\\.\\d+\n$`))
  expect(stderr).toMatch(/^AGENT_PAUSED: .*Lunch\. Resume the agent\.\n/)
  expect((await waiting()).stdout).toContain('PRIORITY')
})
