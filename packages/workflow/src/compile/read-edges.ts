/** Where a task leads by itself: `nextTaskId`, `next` or `choose`, one of the three. */
import { Edge, type TaskDefinition } from '@opscore/contract'
import { type ProblemList, pointer } from '../check/problem-list.ts'
import type { CompiledEdge, CompiledTask } from './compiled-workflow.ts'
import type { Lead } from './definition-draft.ts'
import { type Fields, readFields } from './field-reader.ts'

export type TaskFields = Fields<(typeof TaskDefinition)['properties']>

export interface EdgeList {
  edges: CompiledEdge[]
  /** Of each edge, in the same order. */
  leads: Lead[]
}

export function readEdges(fields: TaskFields, problems: ProblemList): EdgeList & { mode: CompiledTask['mode'] } {
  const [first, ...others] = (['nextTaskId', 'next', 'choose'] as const).filter((form) => fields.has(form))
  for (const form of others) fields.error(form, `does not go with "${first}": a task has one form of edges`)
  const next = fields.read('nextTaskId')
  const fanOut = readEdgeList('next', fields, problems)
  const branch = readEdgeList('choose', fields, problems)
  if (fanOut) return { mode: 'every', ...fanOut }
  if (branch) return { mode: 'first', ...branch }
  if (next === null) return { mode: 'every', edges: [], leads: [] }
  return {
    mode: 'every',
    edges: [{ to: next, when: null }],
    leads: [{ to: next, path: fields.at('nextTaskId'), whenPath: null }],
  }
}

function readEdgeList(form: 'next' | 'choose', fields: TaskFields, problems: ProblemList): EdgeList | null {
  const members = fields.list(form)
  if (!members) return null
  const read: EdgeList = { edges: [], leads: [] }
  let isDecided = false
  for (const [index, member] of members.entries()) {
    const path = pointer(fields.at(form), index)
    const edge = readFields(member, { noun: 'An edge', path, schema: Edge, problems })
    if (!edge) continue
    if (isDecided) problems.warn(path, 'This branch is never taken: one before it has no condition')
    isDecided ||= form === 'choose' && !edge.has('when')
    if (!edge.has('to')) edge.error('to', 'is required')
    const to = edge.read('to')
    const when = edge.read('when')
    if (to === null) continue
    read.edges.push({ to, when })
    read.leads.push({ to, path: edge.at('to'), whenPath: edge.at('when') })
  }
  return read
}
