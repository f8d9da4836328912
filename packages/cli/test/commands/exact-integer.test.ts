import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandInProcess } from '../command-in-process.ts'
import { eventually, temporaryFolder } from '../opscore-process.ts'
import { KEY, steered } from '../steered.ts'

const DIGITS = '9007199254740993'

test('integers keep their digits on the way to the server and back, in every format', async () => {
  const { url, agent, client } = await steered()
  const folder = temporaryFolder()
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, KEY)
  const input = join(folder, 'input.json')
  writeFileSync(input, `{"list":[${DIGITS}]}`)
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await commandInProcess([...args, '--opscore-url', url, '--api-key-file', keyFile])
    expect([args, code, stderr]).toEqual([args, 0, expect.any(String)])
    return stdout
  }
  await agent('worker')
  await client.workflows.put({ id: 'count', tasks: [{ taskId: 'a' }] })
  const trigger = async (json: string) =>
    (await run('workflow', 'trigger', 'count', '--agent', 'worker', '--input', json, '-o', 'name')).trim()
  expect(await run('session', 'get', await trigger(`@${input}`), '-o', 'jsonl')).toContain(
    `"input":{"list":[${DIGITS}]}`,
  )
  await client.sessions.cancel((await client.sessions.list()).items[0]?.sessionId ?? '')
  await client.reportState({ agentId: 'worker', timestamp: new Date().toISOString(), state: 'idle', details: null })

  const sessionId = await trigger(`{"id":${DIGITS}}`)
  const task = `${sessionId}.1`
  expect(await run('session', 'get', sessionId, '-o', 'json')).toContain(`"id": ${DIGITS}`)
  expect(await run('session', 'get', sessionId, '-o', 'yaml')).toContain(`id: ${DIGITS}`)
  await eventually(async () => expect((await client.sessions.get(sessionId)).tasks[0]?.attempts).toHaveLength(1))
  await run('task', 'complete', task, '--result', `{"sum":-${DIGITS}}`)
  expect(await run('session', 'get', sessionId)).toContain(`{"sum":-${DIGITS}}`)
  expect(await run('task', 'get', task, '-o', 'yaml')).toContain(`sum: -${DIGITS}`)
  expect(await run('session', 'watch', sessionId, '-o', 'jsonl')).not.toContain('9007199254740992')
})

test('an integer alone is a result, and no input', async () => {
  const { url, agent, trigger, client } = await steered()
  const keyFile = join(temporaryFolder(), 'key')
  writeFileSync(keyFile, KEY)
  const connection = ['--opscore-url', url, '--api-key-file', keyFile]
  await agent('worker')
  const sessionId = await trigger('worker', { taskId: 'a' })
  await eventually(async () => expect((await client.sessions.get(sessionId)).tasks[0]?.attempts).toHaveLength(1))
  const args = ['task', 'complete', `${sessionId}.1`, '--result', DIGITS, ...connection]
  expect((await commandInProcess(args)).code).toBe(0)
  expect((await commandInProcess(['session', 'get', sessionId, ...connection])).stdout).toMatch(
    /^RESULT +9007199254740993$/m,
  )
  const wrong = await commandInProcess(['workflow', 'trigger', 'w', '--agent', 'a', '--input', DIGITS, ...connection])
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('It must be a JSON object')])
})
