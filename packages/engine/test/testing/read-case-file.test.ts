import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readCaseFile, runCase } from '../../src/testing/test-workflow.ts'

const folder = mkdtempSync(join(tmpdir(), 'opscore-cases-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const DEFINITION = 'id: w\ntasks:\n  - taskId: fetch\n    nextTaskId: store\n  - taskId: store\n'

async function problemsOf(text: string): Promise<string[]> {
  const { problems, content } = await readCaseFile(write('cases.yaml', text))
  expect(content).toBeNull()
  return problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`)
}

it('reads cases with their definition in another file, which they name from where they lie', async () => {
  write('workflow.yaml', DEFINITION)
  const file = write(
    'cases.yaml',
    'workflow: workflow.yaml\ncases:\n  - name: one\n    expect: { path: [fetch, store] }\n',
  )
  const { content, problems } = await readCaseFile(file)
  expect(problems).toEqual([])
  const [first] = content?.cases ?? []
  expect(content && first && runCase(content.workflow, first).differences).toEqual([])
})

it('reads JSON, with the definition in it', async () => {
  const cases = { workflow: { id: 'w', tasks: [{ taskId: 'a' }] }, cases: [{ name: 'one', expect: { result: null } }] }
  const { content } = await readCaseFile(write('cases.json', JSON.stringify(cases)))
  expect(content?.cases).toEqual(cases.cases)
})

it('takes a definition alone for one case of it', async () => {
  const { content } = await readCaseFile(write('alone.yaml', DEFINITION))
  expect(content?.cases).toEqual([{ name: 'every task completes' }])
})

it('names everything that is wrong with a case, and where', async () => {
  const text = `workflow: { id: w, tasks: [{ taskId: fetch }] }
cases:
  - name: one
    tasks:
      fetch: { results: 1, takes: soon }
    operator: [{ at: 1s, action: adopt }]
    expects: { status: completed }
    expect:
      status: done
      path: [{ attempts: 2 }]
  - tasks: { fetch: { silent: true, result: 1 } }
`
  expect(await problemsOf(text)).toEqual([
    '7:5 /cases/0/expects Unknown field "expects"; did you mean "expect"?',
    '5:16 /cases/0/tasks/fetch/results Unknown field "results"; did you mean "result"?',
    '5:28 /cases/0/tasks/fetch/takes "takes" must be a duration: "30s", "1h30m", "2d", or seconds as a number',
    '6:16 /cases/0/operator/0/task "task" is required: whose late result is adopted',
    '9:7 /cases/0/expect/status "status" must be "started" or "running" or "paused" or "completed" or "failed" or "cancelled"',
    '10:14 /cases/0/expect/path/0/task "task" is required',
    '11:5 /cases/1/name "name" is required',
    '11:37 /cases/1/tasks/fetch/result "result" is never said by who is silent',
  ])
})

it('names tasks that the definition does not have, and problems of the definition', async () => {
  write('workflow.yaml', DEFINITION)
  const text =
    'workflow: workflow.yaml\ncases:\n  - name: one\n    tasks: { fetsh: {} }\n    expect: { path: [stor] }\n'
  expect(await problemsOf(text)).toEqual([
    '4:14 /cases/0/tasks/fetsh The definition has no task "fetsh"; did you mean "fetch"?',
    '5:22 /cases/0/expect/path/0 The definition has no task "stor"; did you mean "store"?',
  ])
  write('workflow.yaml', `${DEFINITION}    nextTaskId: gone\n`)
  expect(await problemsOf('workflow: workflow.yaml\ncases: [{ name: one }]\n')).toEqual([
    expect.stringMatching(/^6:5 \/tasks\/1\/nextTaskId /),
  ])
})

it('holds the input of each case to what the definition declares', async () => {
  const text = `workflow: { id: w, input: { required: [order], properties: { order: { type: integer } } }, tasks: [{ taskId: a }] }
cases:
  - { name: fits, input: { order: 1 } }
  - { name: does not, input: { order: one } }
  - { name: is not there }
`
  expect(await problemsOf(text)).toEqual([
    '4:32 /cases/1/input/order must be integer',
    '5:5 /cases/2/input/order is required',
  ])
})

it.each([
  ['workflow: missing.yaml\ncases: [{ name: one }]\n', /^1:1 \/workflow "workflow" cannot be read: ENOENT/],
  ['cases: [{ name: one }]\n', /"workflow" is required/],
  ['workflow: {}\ncases: []\n', /"cases" must be a list of 1 to 1000/],
  ['workflow: [\n', /^2:1 {2}/],
])('refuses %j', async (text, told) => {
  expect(
    (await problemsOf(text)).some((problem) => told.test(problem)),
    JSON.stringify(await problemsOf(text)),
  ).toBe(true)
})

it('understands the file of cases in docs/testing-workflows.md, which goes as it says', async () => {
  const document = readFileSync(new URL('../../../../docs/testing-workflows.md', import.meta.url), 'utf8')
  write(
    'workflow.yaml',
    `id: w
tasks:
  - { taskId: pay, nextTaskId: ship }
  - { taskId: ship, fallbackTaskId: refund }
  - { taskId: refund }
`,
  )
  const { content, problems } = await readCaseFile(write('cases.yaml', /```yaml\n(.*?)```/s.exec(document)?.[1] ?? ''))
  expect(problems).toEqual([])
  expect(content?.cases.map((one) => runCase(content.workflow, one).differences)).toEqual([[]])
})
