import { type Json, TaskDefinition } from '@opscore/contract'
import { type ProblemList, pointer } from '../check/problem-list.ts'
import { readWork } from '../kinds/read-work.ts'
import { timeoutEdgeOf } from '../kinds/task-work.ts'
import type { DraftTask, Lead } from './definition-draft.ts'
import { readFields } from './field-reader.ts'
import { readEdges, type TaskFields } from './read-edges.ts'
import { type Policies, readPolicies } from './task-policies.ts'

/** A task without a usable id cannot be named and yields `null`; else what is off is a problem and read as absent. */
export function readTask(value: Json, index: number, inherited: Policies, problems: ProblemList): DraftTask | null {
  const path = pointer('/tasks', index)
  const fields = readFields(value, { noun: 'A task', path, schema: TaskDefinition, problems })
  if (!fields) return null
  const taskId = readTaskId(fields)
  const { leads, ...edges } = readEdges(fields, problems)
  const fallbackTaskId = fields.read('fallbackTaskId')
  const onFailure = fields.read('onFailure') ?? 'fail'
  if (fallbackTaskId !== null && onFailure === 'continue') {
    fields.warn('onFailure', 'has no effect beside "fallbackTaskId", which is where a failure leads')
  }
  fields.read('description')
  const work = readWork(fields)
  const task = {
    index,
    taskId: taskId ?? '',
    name: fields.read('name') ?? taskId ?? '',
    capability: fields.read('agentCapability'),
    agentId: fields.read('agentId'),
    parameters: readParameters(fields),
    ...edges,
    fallbackTaskId,
    incoming: [],
    join: fields.read('join') ?? 'all',
    onFailure,
    ...readPolicies(fields, inherited),
    ...(work === undefined ? {} : { work }),
  }
  if (taskId === null) return null
  const onTimeout = timeoutEdgeOf(work)
  const more: Lead[] = []
  if (fallbackTaskId !== null) more.push({ to: fallbackTaskId, path: fields.at('fallbackTaskId'), whenPath: null })
  if (onTimeout !== null) more.push({ to: onTimeout, path: fields.at('onTimeout'), whenPath: null })
  return { path, task, leads: [...leads, ...more], hasJoin: fields.has('join') }
}

/** An id that every object has by inheritance would be found in every map of tasks by their ids. */
function readTaskId(fields: TaskFields): string | null {
  if (!fields.has('taskId')) fields.error('taskId', 'is required')
  const taskId = fields.read('taskId')
  if (taskId === null || !(taskId in Object.prototype)) return taskId
  fields.error('taskId', `must not be "${taskId}"`)
  return null
}

function readParameters(fields: TaskFields): Json {
  const parameters = fields.raw('parameters') ?? {}
  const isObject = typeof parameters === 'object' && !Array.isArray(parameters)
  const isExpression = typeof parameters === 'string' && parameters.startsWith('${{') && parameters.endsWith('}}')
  if (isObject || isExpression) return parameters
  fields.error('parameters', 'must be an object, or wholly one ${{ expression }} that yields one')
  return {}
}
