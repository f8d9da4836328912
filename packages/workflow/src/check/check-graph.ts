/** How the tasks of a definition fit together: names, cycles, what can be reached, what may come before what. */

import { didYouMean } from '@opscore/contract'
import type { DraftTask } from '../compile/definition-draft.ts'
import { type ProblemList, pointer } from './problem-list.ts'
import { createAncestry, type Graph, reachableFrom, searchDepthFirst } from './task-graph.ts'

/** How many ids of a cycle are spelled out. */
const SHOWN = 8

export interface TaskOrder {
  /** Whether an id names a task of the definition. */
  has(taskId: string): boolean
  ids(): Iterable<string>
  /** Whether `earlier` can have ended when `later` starts. Where there are cycles, which is a problem of its own, anything can. */
  canPrecede(earlier: string, later: string): boolean
}

/** Fills in every task's `incoming`, and finds duplicate ids, dangling edges, cycles, unreachable tasks and idle joins. */
export function checkGraph(tasks: readonly DraftTask[], problems: ProblemList): TaskOrder {
  const places = placesOf(tasks, problems)
  const leads = tasks.map(({ leads: all }) =>
    all.flatMap(({ to, path }) => {
      const place = places.get(to)
      if (place === undefined) problems.error(path, () => `There is no task "${to}"${didYouMean(to, places.keys())}`)
      return place === undefined ? [] : [{ place, path }]
    }),
  )
  const successors: Graph = leads.map((all) => all.map(({ place }) => place))
  const idOf = (place: number) => tasks[place]?.task.taskId ?? ''
  const { backEdges, postOrder } = searchDepthFirst(successors)
  for (const { from, edge, cycle } of backEdges) {
    const shown = cycle.slice(0, SHOWN).map(idOf)
    const round = [...shown, ...(cycle.length > SHOWN ? ['…'] : []), idOf(cycle[0] ?? 0)].join(' → ')
    problems.error(leads[from]?.[edge]?.path ?? '', `The tasks lead in a circle: ${round}`)
  }
  warnOfUnreachable(tasks, reachableFrom(successors, 0), problems)
  fillIncoming(tasks, successors)
  warnOfIdleJoins(tasks, problems)
  const isAncestor = backEdges.length === 0 ? createAncestry(successors, postOrder) : () => true
  return {
    has: (taskId) => places.has(taskId),
    ids: () => places.keys(),
    canPrecede(earlier, later) {
      const [before, after] = [places.get(earlier), places.get(later)]
      return before !== undefined && after !== undefined && isAncestor(before, after)
    },
  }
}

/** Each id's first place in `tasks`. */
function placesOf(tasks: readonly DraftTask[], problems: ProblemList): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  for (const [place, { task, path }] of tasks.entries()) {
    const earlier = tasks[places.get(task.taskId) ?? -1]
    if (earlier) problems.error(pointer(path, 'taskId'), `"${task.taskId}" is the id of ${earlier.path} already`)
    else places.set(task.taskId, place)
  }
  return places
}

function warnOfUnreachable(tasks: readonly DraftTask[], reached: readonly boolean[], problems: ProblemList): void {
  const ids = new Set(tasks.filter((_, place) => reached[place]).map(({ task }) => task.taskId))
  for (const { task, path } of tasks) {
    if (ids.has(task.taskId)) continue
    problems.warn(path, `Nothing leads from the first task to "${task.taskId}": it never runs`)
  }
}

function fillIncoming(tasks: readonly DraftTask[], successors: Graph): void {
  const incoming = tasks.map(() => new Set<string>())
  for (const [place, targets] of successors.entries()) {
    for (const target of targets) incoming[target]?.add(tasks[place]?.task.taskId ?? '')
  }
  for (const [place, { task }] of tasks.entries()) task.incoming = [...(incoming[place] ?? [])]
}

function warnOfIdleJoins(tasks: readonly DraftTask[], problems: ProblemList): void {
  for (const { task, path, hasJoin } of tasks) {
    if (typeof task.join === 'object' && task.join.atLeast > task.incoming.length && task.incoming.length > 1) {
      problems.error(
        pointer(path, 'join'),
        `"join" waits for at least ${task.join.atLeast}, and ${task.incoming.length} tasks lead here`,
      )
    }
    if (hasJoin && task.incoming.length < 2) {
      problems.warn(
        pointer(path, 'join'),
        `"join" has no effect: ${task.incoming.length === 0 ? 'no task leads' : 'one task leads'} here`,
      )
    }
  }
}
