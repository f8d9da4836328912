import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { opscore, temporaryFolder } from '../../opscore-process.ts'

async function workflow(...args: string[]) {
  const run = opscore(['workflow', ...args])
  return { code: await run.exit, stdout: run.stdout, stderr: run.stderr }
}

function write(text: string): string {
  const file = join(temporaryFolder(), 'file.yaml')
  writeFileSync(file, text)
  return file
}

const ENDLESS = `
workflow: { id: w, tasks: [{ taskId: a }] }
cases: [{ name: x, tasks: { a: { takes: 14m, heartbeatEvery: 1ms } } }]
`
const CASES = `
workflow:
  id: w
  tasks:
    - { taskId: fetch, retry: { initialInterval: 1s }, choose: [{ to: store, when: result.ok }, { to: mend }] }
    - { taskId: store }
    - { taskId: mend }
cases:
  - name: as expected
    tasks: { fetch: [{ error: { code: FLAKY } }, { result: { ok: true }, takes: 500ms }] }
    expect: { status: completed, within: 2s }
  - name: not as expected
    tasks: { fetch: { result: { ok: false } } }
    expect: { path: [fetch, store] }
`

test('workflow test prints the path of every case, and what is not as expected', async () => {
  const file = write(CASES)
  const { code, stdout, stderr } = await workflow('test', file)
  expect(stdout).toBe(`✓ as expected: completed in 1.5s
    fetch  completed  2 attempts  0s → 1.5s    FLAKY
    store  completed  1 attempt   1.5s → 1.5s
    mend   skipped                1.5s → 1.5s
✗ not as expected: completed in 0s
    fetch  completed  1 attempt  0s → 0s
    store  skipped               0s → 0s
    mend   completed  1 attempt  0s → 0s
    path:
      expected fetch completed, 1 attempt
      expected store completed, 1 attempt
      got      fetch completed, 1 attempt
      got      store skipped
      got      mend completed, 1 attempt
`)
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'error: 1 of 2 cases did not go as expected.\n' })
})

test('workflow test runs one case by its name, and prints JSON', async () => {
  const { code, stdout } = await workflow('test', write(CASES), '--case', 'as expected', '-o', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'as expected', status: 'completed', differences: [] }])
})

test.each([
  [
    'a case that is not there',
    [write, CASES, '--case', 'other'],
    /There is no case "other"\.\nThere are: "as expected"/,
  ],
  ['a file of cases with problems', [write, 'workflow: {}\ncases: [{ nam: x }]'], /:2:11: error: Unknown field "nam"/],
  ['a case with a million heartbeats', [write, ENDLESS], /Case "x": The session has not ended after 200000 steps/],
] as const)('%s is a usage error', async (_what, [make, text, ...args], told) => {
  const { code, stdout, stderr } = await workflow('test', make(text), ...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(told)
})

test.each([['test'], ['validate']])('workflow %s of a file that cannot be read is a usage error', async (command) => {
  const { code, stderr } = await workflow(command, '/nowhere.yaml')
  expect(code).toBe(2)
  expect(stderr).toContain('error: /nowhere.yaml cannot be read: ENOENT')
})

test('workflow validate says where every problem is', async () => {
  const file = write('id: w\nname: W\ntasks:\n  - taskId: a\n    nextTaskId: gone\n    prority: 3\n')
  const { code, stdout, stderr } = await workflow('validate', file)
  expect(stdout.split('\n').toSorted().join('\n').trim()).toMatch(
    /^.*file\.yaml:5:5: error: .*\(\/tasks\/0\/nextTaskId\)\n.*:6:5: warning: .*did you mean "priority"\? \(.*\)$/,
  )
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'error: 1 of 1 definitions cannot be stored.\n' })
})

test('workflow validate exits 0 for what can be stored, and refuses what has no tasks', async () => {
  const sample = new URL('../../../../../docs/sample_workflow.json', import.meta.url).pathname
  expect(await workflow('validate', sample)).toEqual({ code: 0, stdout: '', stderr: 'The definition is valid.\n' })
  const { code, stdout } = await workflow('validate', sample, write('id: w\ntasks: []\n'), '-o', 'json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject([{ path: '/tasks', message: 'A stored definition needs at least one task' }])
})
