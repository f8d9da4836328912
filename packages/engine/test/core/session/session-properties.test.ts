/**
 * What holds for every session, whatever its definition and whatever its agents do. Which tasks must have run is worked out
 * from the definition and the outcomes alone, without anything of the engine's.
 */

import { checkDefinition } from '@opscore/workflow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionEvent } from '../../../src/core/session/events.ts'
import { evolveSession } from '../../../src/core/session/evolve.ts'
import { hasEnded, isTerminal, type SessionState, type TaskState } from '../../../src/core/session/state.ts'
import { playAgents } from '../../../src/testing/play-agents.ts'
import { runOf } from '../../../src/testing/session-run.ts'
import { startVirtualSession, type VirtualSession } from '../../../src/testing/virtual-session.ts'
import { definitionOf, INPUT, leadsOf, RANDOM_TASKS, type RandomTask } from './random-definition.ts'

const RUNS = 400

/** Plays it to its end; an open session that wants to be looked at never again would stay open. */
function played(tasks: readonly RandomTask[]): VirtualSession {
  const { compiled, problems } = checkDefinition(definitionOf(tasks))
  if (!compiled) throw new Error(`The checker does not let it through: ${JSON.stringify(problems)}`)
  const session = startVirtualSession(compiled, {
    input: INPUT,
    random: () => 0.5,
    onDecided: ({ after }) => expect(isTerminal(after.head.status)).toBe(after.head.endedAt !== null),
  })
  playAgents(session, {
    actOf(taskId, attempt) {
      const acts = tasks[Number(taskId.slice(1))]?.acts ?? []
      return acts[(attempt - 1) % acts.length] ?? {}
    },
  })
  return session
}

function stateOf({ state }: VirtualSession, { taskId }: RandomTask): TaskState | undefined {
  return state.tasks.find((task) => task?.taskDefinitionId === taskId)
}

const ran = (state: TaskState | undefined): boolean => state !== undefined && state.attempts.length > 0

/** The tasks that lead to it, by its definition. */
function sourcesOf(tasks: readonly RandomTask[], { taskId }: RandomTask): RandomTask[] {
  return tasks.filter((task) => task.fallbackTaskId === taskId || task.edges.some(({ to }) => to === taskId))
}

/** Whether it was led to: some task that ended took an edge to it. */
function isLedTo(session: VirtualSession, tasks: readonly RandomTask[], task: RandomTask): boolean {
  return sourcesOf(tasks, task).some((source) => {
    const state = stateOf(session, source)
    return state !== undefined && hasEnded(state) && leadsOf(source, state)?.includes(task.taskId)
  })
}

function forAny(property: (session: VirtualSession, tasks: readonly RandomTask[]) => void): void {
  fc.assert(
    fc.property(RANDOM_TASKS, (tasks) => property(played(tasks), tasks)),
    { numRuns: RUNS },
  )
}

describe('any session', () => {
  it('ends, with nothing left open', () => {
    forAny(({ state }) => {
      expect(['completed', 'failed']).toContain(state.head.status)
      expect(state.head.openTasks).toBe(0)
      for (const task of state.tasks) expect(task === undefined || hasEnded(task)).toBe(true)
    })
  })

  it('that completes has run exactly the tasks that were led to, and skipped every other for the reason that it states', () => {
    forAny((session, tasks) => {
      if (session.state.head.status !== 'completed') return
      for (const [place, task] of tasks.entries()) {
        const state = stateOf(session, task)
        const isDue = place === 0 || isLedTo(session, tasks, task)
        expect([task.taskId, ran(state)]).toEqual([task.taskId, isDue])
        if (isDue) expect(['completed', 'failed']).toContain(state?.status)
        else expect(reasonOf(session, task)).toBe(expectedReason(tasks, task))
      }
    })
  })

  it('that fails says which task failed it or which condition, and has run nothing that was not led to', () => {
    forAny((session, tasks) => {
      const { status, error } = session.state.head
      if (status !== 'failed') return
      const at = tasks.find(({ taskId }) => taskId === error?.taskId)
      const state = at && stateOf(session, at)
      if (error?.code === 'TEMPLATE_ERROR') expect(at && state && leadsOf(at, state)).toBeNull()
      else expect([state?.status, state?.error?.code, at?.onFailure]).toEqual(['failed', error?.code, 'fail'])
      for (const task of tasks.slice(1)) {
        if (ran(stateOf(session, task)))
          expect([task.taskId, isLedTo(session, tasks, task)]).toEqual([task.taskId, true])
      }
    })
  })

  it('begins a join of "all" when every way to it has ended, and any other task when the first leads to it', () => {
    forAny((session, tasks) => {
      for (const task of tasks.slice(1)) {
        const begun = session.events.findIndex(isOf(task, ['task.scheduled']))
        if (begun < 0) continue
        const ends = sourcesOf(tasks, task).map((source) => ({
          end: session.events.findLastIndex(isOf(source, ['task.completed', 'task.failed', 'task.skipped'])),
          leads: leadsOf(source, stateOf(session, source) ?? NOT_REACHED)?.includes(task.taskId),
        }))
        const before = ends.filter(({ end }) => end >= 0 && end < begun)
        expect(before.some(({ leads }) => leads)).toBe(true)
        if (task.join === 'all') expect(before).toHaveLength(ends.length)
      }
    })
  })

  it('makes no more attempts than it may, and none after one that succeeded', () => {
    forAny((session, tasks) => {
      for (const task of tasks) {
        const attempts = stateOf(session, task)?.attempts ?? []
        expect(attempts.length).toBeLessThanOrEqual(task.maxAttempts)
        expect(attempts.slice(0, -1).map(({ status }) => status)).not.toContain('completed')
      }
    })
  })

  it('is what its events fold to, and takes the same path again with the same inputs', () => {
    forAny((session, tasks) => {
      let folded: SessionState | null = null
      // A session's log holds its own events alone; the drafts are typed for any log.
      for (const event of session.events as SessionEvent[]) folded = evolveSession(folded, event)
      expect(folded).toEqual(session.state)
      const again = played(tasks)
      expect(runOf(again)).toEqual(runOf(session))
      expect(again.events).toEqual(session.events)
    })
  })
})

it('the definitions above reach what they are to show', () => {
  const seen = { completed: 0, failed: 0, skipped: 0, joins: 0, fallbacks: 0, retried: 0, large: 0 }
  forAny((session, tasks) => {
    const { state, events } = session
    seen[state.head.status === 'completed' ? 'completed' : 'failed'] += 1
    if (tasks.length >= 50) seen.large += 1
    if (state.head.status === 'completed' && state.tasks.some((task) => task?.status === 'skipped')) seen.skipped += 1
    if (events.some(({ type }) => type === 'task.retry_scheduled')) seen.retried += 1
    for (const task of tasks) {
      if (ran(stateOf(session, task)) && sourcesOf(tasks, task).length > 1) seen.joins += 1
      if (stateOf(session, task)?.taken?.[0] === task.fallbackTaskId) seen.fallbacks += 1
    }
  })
  for (const [what, times] of Object.entries(seen)) expect([what, times >= RUNS / 20]).toEqual([what, true])
})

const NOT_REACHED = { status: 'not reached', result: null, error: null }

function isOf({ taskId }: RandomTask, types: readonly string[]) {
  return (event: VirtualSession['events'][number]) => event.taskDefinitionId === taskId && types.includes(event.type)
}

function reasonOf({ events }: VirtualSession, task: RandomTask): unknown {
  const skipped = events.find(isOf(task, ['task.skipped']))
  return skipped && (skipped as SessionEvent & { type: 'task.skipped' }).data.reason
}

function expectedReason(tasks: readonly RandomTask[], task: RandomTask): string {
  return sourcesOf(tasks, task).length === 0 ? 'Nothing leads to this task' : 'No path leads here any more'
}
