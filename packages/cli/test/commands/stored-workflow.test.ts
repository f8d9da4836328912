import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OpsCoreClient } from '@opscore/sdk'
import { expect, test } from 'vitest'
import { eventually, temporaryFolder } from '../opscore-process.ts'
import { KEY, steered } from '../steered.ts'

function write(name: string, text: string): string {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

const GREET = 'id: greet\nname: Greet\ntasks:\n  - taskId: write\n    retry: { maxAttempts: 1 }\n'

test('definitions are applied where they have changed, and a dry run stores nothing', async () => {
  const { run, client } = await steered()
  const greet = write('greet.yaml', GREET)
  const other = write('other.json', '{"id":"other","tasks":[{"taskId":"t"}]}')
  const apply = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(['workflow', 'apply', ...args, '-o', 'json'])
    expect([code, stderr]).toEqual([0, args.includes('--dry-run') ? 'Nothing was stored.\n' : ''])
    return JSON.parse(stdout).map((one: Record<string, unknown>) => [one.workflowId, one.change, one.revision])
  }
  expect(await apply(greet, other, '--dry-run')).toEqual([
    ['greet', 'created', null],
    ['other', 'created', null],
  ])
  await expect(client.workflows.get('greet')).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
  expect(await apply(greet, other)).toEqual([
    ['greet', 'created', 1],
    ['other', 'created', 1],
  ])
  writeFileSync(greet, `${GREET}  - taskId: send\n`.replace('- taskId: write', '- taskId: write\n    nextTaskId: send'))
  expect(await apply(greet, other, '--dry-run')).toEqual([
    ['greet', 'updated', 1],
    ['other', 'unchanged', 1],
  ])
  expect(await apply(greet, other)).toEqual([
    ['greet', 'updated', 2],
    ['other', 'unchanged', 1],
  ])
  const table = await run(['workflow', 'apply', greet])
  expect(table.stdout).toMatch(/^WORKFLOW +CHANGE +REVISION +FILE\ngreet +unchanged +2 +\/.*greet\.yaml\n$/)

  expect((await run(['workflow', 'list', '-o', 'name'])).stdout).toBe('greet\nother\nsample_workflow_id\n')
  expect((await run(['workflow', 'list'])).stdout).toMatch(/^greet +Greet +- +2 +2 +20/m)
  expect((await run(['workflow', 'get', 'greet'])).stdout).toMatch(/^TASKS +write,send$/m)
  expect((await run(['workflow', 'get', 'greet', '-o', 'yaml'])).stdout).toContain('nextTaskId: send')
  expect((await run(['workflow', 'revisions', 'greet', '-o', 'name'])).stdout).toBe('2\n1\n')
  expect((await run(['workflow', 'get', 'greet', '--revision', '1'])).stdout).toMatch(/^TASKS +write$/m)
  expect(await run(['workflow', 'get', 'greet', '--revision', '7'])).toMatchObject({ code: 3, stdout: '' })
  expect(await run(['workflow', 'get', 'nothing'])).toMatchObject({ code: 3, stdout: '' })
})

test('where one definition has a problem, its place is told and none is stored', async () => {
  const { run, client } = await steered()
  const bad = write('bad.yaml', 'id: bad\ntasks:\n  - taskId: a\n    nextTaskId: gone\n')
  const { code, stdout, stderr } = await run(['workflow', 'apply', write('greet.yaml', GREET), bad])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/bad\.yaml:4:5: error: .*\n(.*\n)*error: 1 of 2 definitions cannot be stored; none was\.\n$/)
  await expect(client.workflows.get('greet')).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
  expect((await run(['workflow', 'apply', '/nowhere.yaml'])).code).toBe(2)
})

test('a trigger starts one session for its idempotency key, with the input that it names', async () => {
  const { run, agent, client } = await steered()
  await agent('worker')
  await run(['workflow', 'apply', write('greet.yaml', GREET)])
  const trigger = (...args: string[]) => run(['workflow', 'trigger', 'greet', '--agent', 'worker', ...args])
  const once = ['--input', '{"to":"Ada"}', '--idempotency-key', 'k', '-o', 'name']
  const first = await trigger(...once)
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect((await trigger(...once)).stdout).toBe(first.stdout)
  expect((await client.sessions.get(first.stdout.trim())).input).toEqual({ to: 'Ada' })
  const named = await trigger('--input', `@${write('input.json', '{"to":"Grace"}')}`)
  expect(named.stdout).toMatch(/^WORKFLOW +greet$/m)
  const sessionId = /^SESSION +(\S+)$/m.exec(named.stdout)?.[1] ?? ''
  expect((await client.sessions.get(sessionId)).input).toEqual({ to: 'Grace' })
  const unknown = await run(['workflow', 'trigger', 'nothing', '--agent', 'worker'])
  expect(unknown).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('WORKFLOW_NOT_FOUND') })
})

test('a definition that is stored on a condition is stored, though the answer to it was lost', async () => {
  const { url } = await steered()
  let lost = 0
  const client = new OpsCoreClient({
    url,
    apiKey: KEY,
    retry: { initialInterval: 1 },
    async fetch(address, init) {
      const answer = await fetch(address, init)
      if (init.method !== 'PUT' || lost % 2 === 1) return answer
      lost += 1
      throw new TypeError('The connection was lost.')
    },
  })
  const definition = { id: 'w', name: 'Größe', tasks: [{ taskId: 'a', parameters: { n: 1.5, list: [null, {}] } }] }
  const first = await client.workflows.put(definition, { ifNoneMatch: '*' })
  expect(first.revision).toBe(1)
  lost = 0
  const changed = { ...definition, name: 'Changed' }
  expect(await client.workflows.put(changed, { ifMatch: `"${first.hash}"` })).toMatchObject({ revision: 2 })
  expect((await client.workflows.get('w')).definition).toEqual(changed)
})

test('a trigger that waits shows what happens, prints the session, and exits as it ended', async () => {
  const { start, run, agent, client } = await steered()
  await agent('worker')
  await run(['workflow', 'apply', write('greet.yaml', GREET)])
  const trigger = ['workflow', 'trigger', 'greet', '--agent', 'worker', '-o', 'json']
  for (const [code, status] of [
    [0, 'completed'],
    [5, 'failed'],
  ] as const) {
    const waiting = start([...trigger, '--wait'])
    await eventually(() => expect(waiting.stderr).toContain('assigned to worker'))
    const sessionId = /successfully: (\S+)/.exec(waiting.stderr)?.[1] ?? ''
    if (code === 0) await client.tasks.complete(`${sessionId}.1`, { result: 'Dear Ada' })
    else await client.tasks.fail(`${sessionId}.1`, { code: 'E', message: 'It broke' })
    expect(await waiting.exit).toBe(code)
    expect(JSON.parse(waiting.stdout)).toMatchObject({ sessionId, status })
    await client.reportState({ agentId: 'worker', timestamp: new Date().toISOString(), state: 'idle', details: null })
  }
  const late = await run([...trigger, '--timeout', '1s'])
  expect(late).toMatchObject({ code: 124, stdout: '', stderr: expect.stringContaining('not ended in time') })
})
