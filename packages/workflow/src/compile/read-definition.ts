import { type Json, WorkflowDefinition } from '@opscore/contract'
import { type ProblemList, pointer } from '../check/problem-list.ts'
import { schemaProblem } from '../schema/check-schema.ts'
import type { Draft, DraftTask } from './definition-draft.ts'
import { type Fields, readFields } from './field-reader.ts'
import { readExposure } from './read-exposure.ts'
import { readTask } from './read-task.ts'
import { DEFAULT_POLICIES, readPolicies } from './task-policies.ts'

const DEFAULT_SESSION_TIMEOUT = 24 * 3_600_000

/** Reads what can be read of a definition, with every problem of its shape. `null` where it is no object at all. */
export function readDefinition(value: Json, problems: ProblemList): Draft | null {
  const fields = readFields(value, { noun: 'A definition', path: '', schema: WorkflowDefinition, problems })
  if (!fields) return null
  for (const name of ['id', 'tasks'] as const) if (!fields.has(name)) fields.error(name, 'is required')
  const id = fields.read('id') ?? ''
  fields.read('description')
  readExposure(fields.object('expose', WorkflowDefinition.properties.expose))
  const defaults = fields.object('defaults', WorkflowDefinition.properties.defaults)
  const policies = defaults ? readPolicies(defaults, DEFAULT_POLICIES) : DEFAULT_POLICIES
  const tasks: DraftTask[] = []
  for (const [index, member] of (fields.list('tasks') ?? []).entries()) {
    const task = readTask(member, index, policies, problems)
    if (task) tasks.push(task)
  }
  return {
    workflow: {
      id,
      name: fields.read('name') ?? id,
      version: fields.read('version'),
      timeout: fields.duration('timeout') ?? DEFAULT_SESSION_TIMEOUT,
      routing: fields.read('routing') ?? 'preferred',
      output: fields.raw('output'),
      ...readSchemas(fields),
    },
    tasks,
  }
}

type DefinitionFields = Fields<(typeof WorkflowDefinition)['properties']>

function readSchemas(fields: DefinitionFields): Pick<Draft['workflow'], 'input' | 'outputSchema' | 'signals'> {
  const [input, outputSchema, signals] = [fields.read('input'), fields.read('outputSchema'), fields.read('signals')]
  for (const [name, schema] of [
    ['input', input],
    ['outputSchema', outputSchema],
  ] as const) {
    const problem = schema && schemaProblem(schema)
    if (problem) fields.error(name, problem)
  }
  for (const [name, { payload }] of Object.entries(signals ?? {})) {
    const problem = payload && schemaProblem(payload)
    if (problem) fields.error('signals', `${pointer('', name)}/payload ${problem}`)
  }
  return {
    ...(input === null ? {} : { input }),
    ...(outputSchema === null ? {} : { outputSchema }),
    ...(signals === null ? {} : { signals }),
  }
}
