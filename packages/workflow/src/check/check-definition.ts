/**
 * The one checker of workflow definitions: for storing, triggering and the command line. Pure; its cost is bounded
 * whatever it is handed (reliability.md, fault catalogue F).
 */
import { type DefinitionProblem, type Json, MAX_TASKS } from '@opscore/contract'
import type { CompiledWorkflow } from '../compile/compiled-workflow.ts'
import { readDefinition } from '../compile/read-definition.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkGraph } from './check-graph.ts'
import { checkWaits } from './check-waits.ts'
import { isWithinBounds } from './definition-bounds.ts'
import { createProblemList, type ProblemList } from './problem-list.ts'

/** Five a task. 500 tasks that all lead to all later ones would hold the event loop for a fifth of a second. */
const MAX_EDGES = 2_500

export interface CheckedDefinition {
  problems: DefinitionProblem[]
  /** Ready to run: there exactly where no problem is an error. */
  compiled: CompiledWorkflow | null
}

/**
 * Finds every problem of a definition at once. An `error` cannot run; a `warning` can, and only a caller that stores
 * definitions refuses it. A definition without tasks runs (it completes at once), so that refusing it is the caller's
 * too. Optional fields that are `null` count as absent. One that is `stored` may be called what a new one may not. Never throws.
 */
export function checkDefinition(value: unknown, { stored = false } = {}): CheckedDefinition {
  const problems = createProblemList()
  const compiled = compile(value, problems)
  if (!stored && compiled && /^\.{1,2}$/.test(compiled.id)) {
    problems.error('/id', '"id" must not be "." or "..": no client can ask for it in a path')
  }
  return { problems: problems.all(), compiled: problems.hasErrors() ? null : compiled }
}

/** What breaks a bound is not looked into any further: that is what the bounds are for. */
function compile(value: unknown, problems: ProblemList): CompiledWorkflow | null {
  if (!isWithinBounds(value, problems.error) || !isWithinCounts(value, problems)) return null
  const draft = readDefinition(value, problems)
  if (!draft) return null
  const order = checkGraph(draft.tasks, problems)
  checkExpressions(draft, order, problems)
  checkWaits(draft, problems)
  const tasks = draft.tasks.map(({ task }) => task)
  const asksPeople = tasks.some(({ work }) => work?.kind === 'approval')
  const more = asksPeople ? { asksPeople } : {}
  return { ...draft.workflow, ...more, tasks, byId: new Map(tasks.map((task) => [task.taskId, task])) }
}

function isWithinCounts(value: Json, problems: ProblemList): boolean {
  const tasks = listIn(value, 'tasks')
  if (tasks.length > MAX_TASKS) {
    problems.error('/tasks', `A definition has at most ${MAX_TASKS} tasks; this one has ${tasks.length}`)
    return false
  }
  const edges = tasks.reduce<number>(
    (sum, task) => sum + listIn(task, 'next').length + listIn(task, 'choose').length,
    0,
  )
  if (edges > MAX_EDGES) problems.error('/tasks', `A definition has at most ${MAX_EDGES} edges; this one has ${edges}`)
  return edges <= MAX_EDGES
}

function listIn(value: Json, name: string): Json[] {
  const list = typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : null
  return Array.isArray(list) ? list : []
}
