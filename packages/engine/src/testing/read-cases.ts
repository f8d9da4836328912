/** Reads the cases of a file. What does not fit is a problem, each with its JSON pointer. */
import { didYouMean, type Json } from '@opscore/contract'
import type { CompiledWorkflow } from '@opscore/workflow'
import { type Fields, fitToSchema, isWithinBounds, type ProblemList, pointer, readFields } from '@opscore/workflow'
import Type from 'typebox'
import { Value } from 'typebox/value'
import { ActError, Expectation, ExpectedStep, OperatorAct, TaskAct, WrittenCase } from './workflow-case.ts'

const FileOfCases = Type.Object({
  workflow: Type.Unknown(),
  cases: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 1_000 }),
})

/** The cases that could be read. Unknown fields are errors: a misspelt expectation would expect nothing. */
export function readCases(value: Json, found: ProblemList): WrittenCase[] {
  if (!isWithinBounds(value, found.error)) return []
  const problems: ProblemList = { ...found, warn: found.error }
  const file = readFields(value, { noun: 'A file of cases', path: '', schema: FileOfCases, problems })
  if (!file) return []
  if (!file.has('workflow')) file.error('workflow', 'is required')
  const names = new Set<string>()
  return (file.list('cases') ?? []).flatMap((member, index) => {
    const path = pointer('/cases', index)
    const name = readCase(member, path, problems)
    if (name !== null && names.has(name)) problems.error(`${path}/name`, `There are two cases "${name}"`)
    if (name !== null) names.add(name)
    if (Value.Check(WrittenCase, member)) return [member]
    if (!found.hasErrors()) problems.error(path, 'This is not a case')
    return []
  })
}

/** The case's name, where it has one. */
function readCase(value: Json, path: string, problems: ProblemList): string | null {
  const fields = readFields(value, { noun: 'A case', path, schema: WrittenCase, problems })
  if (!fields) return null
  if (!fields.has('name')) fields.error('name', 'is required')
  fields.read('input')
  readTasks(fields, problems)
  for (const [index, act] of (fields.list('operator') ?? []).entries()) {
    readOperatorAct(act, pointer(fields.at('operator'), index), problems)
  }
  const expected = fields.object('expect', Expectation)
  if (expected) readExpectation(expected, problems)
  return fields.read('name')
}

function readTasks(fields: Fields<typeof WrittenCase.properties>, problems: ProblemList): void {
  const tasks = fields.read('tasks')
  for (const [taskId, script] of Object.entries(tasks ?? {})) {
    const path = pointer(fields.at('tasks'), taskId)
    if (!Array.isArray(script)) readAct(script, path, problems)
    else if (script.length === 0) problems.error(path, 'A list of acts needs one at least')
    else for (const [index, act] of script.entries()) readAct(act, pointer(path, index), problems)
  }
}

function readAct(value: Json, path: string, problems: ProblemList): void {
  const act = readFields(value, { noun: 'An act', path, schema: TaskAct, problems })
  if (!act) return
  act.object('error', ActError)?.read('message')
  for (const name of ['takes', 'waits', 'heartbeatEvery', 'late'] as const) act.duration(name, 0)
  const isSilent = act.read('silent') === true
  if (act.has('result') && act.has('error')) act.error('error', 'and "result" exclude each other')
  for (const name of ['result', 'error', 'late'] as const) {
    if (isSilent && act.has(name)) act.error(name, 'is never said by who is silent')
  }
}

function readOperatorAct(value: Json, path: string, problems: ProblemList): void {
  const act = readFields(value, { noun: "An operator's act", path, schema: OperatorAct, problems })
  if (!act) return
  for (const name of ['at', 'action'] as const) if (!act.has(name)) act.error(name, 'is required')
  act.duration('at', 0)
  act.read('task')
  if (act.read('action') === 'adopt' && !act.has('task')) act.error('task', 'is required: whose late result is adopted')
}

function readExpectation(expected: Fields<typeof Expectation.properties>, problems: ProblemList): void {
  expected.read('status')
  expected.read('error')
  expected.duration('within', 0)
  for (const [index, step] of (expected.list('path') ?? []).entries()) {
    if (typeof step === 'string') continue
    const at = { noun: 'A step of the path', path: pointer(expected.at('path'), index), schema: ExpectedStep, problems }
    const fields = readFields(step, at)
    if (fields && !fields.has('task')) fields.error('task', 'is required')
    for (const name of ['task', 'status', 'attempts'] as const) fields?.read(name)
  }
}

/** Every task that a case names must be one of the definition's, and its input fit the definition's. */
export function checkAgainst(cases: readonly WrittenCase[], workflow: CompiledWorkflow, problems: ProblemList): void {
  const { byId, input: schema } = workflow
  function check(taskId: string | undefined, path: string): void {
    if (taskId === undefined || byId.has(taskId)) return
    problems.error(path, `The definition has no task "${taskId}"${didYouMean(taskId, byId.keys())}`)
  }
  for (const [index, { input, tasks = {}, operator = [], expect = {} }] of cases.entries()) {
    const path = pointer('/cases', index)
    const fits = schema && fitToSchema(schema, input ?? {})
    for (const issue of fits?.ok === false ? fits.issues : [])
      problems.error(`${path}/input${issue.path}`, issue.message)
    for (const taskId of Object.keys(tasks)) if (taskId !== '*') check(taskId, pointer(`${path}/tasks`, taskId))
    for (const [at, act] of operator.entries()) check(act.task, `${path}/operator/${at}`)
    for (const [at, step] of (expect.path ?? []).entries()) {
      check(typeof step === 'string' ? step : step.task, `${path}/expect/path/${at}`)
    }
  }
}
