import type { Progress } from '@opscore/contract'
import type { Decision } from '../decision.ts'
import type { Effect } from '../effect.ts'
import type { CompiledTask, CompiledWorkflow } from '../workflow/compiled-workflow.ts'
import type { SessionEvent } from './events.ts'
import { evolveSession } from './evolve.ts'
import type { TaskEvent } from './evolve-task.ts'
import { withHeartbeat } from './heartbeat.ts'
import { type SessionState, type TaskState, taskIdOf } from './state.ts'

/** What deciding on a session needs beside its state. */
export interface SessionContext {
  now: number
  workflow: CompiledWorkflow
  /** Uniform in [0, 1): spreads retries. */
  random: () => number
}

type TaskEventOf<T extends TaskEvent['type']> = Extract<TaskEvent, { type: T }>

/**
 * One decision as it grows: every event that is added is folded at once, so that what follows decides on what is then
 * true. It lives only within a call of `decide`.
 */
export interface Step {
  readonly context: SessionContext
  readonly state: SessionState
  /** The task's state; `undefined` where it has not been reached. */
  task(definition: CompiledTask): TaskState | undefined
  add(event: SessionEvent): void
  addTask<T extends TaskEvent['type']>(
    type: T,
    definition: CompiledTask,
    data: TaskEventOf<T>['data'],
    about?: { attempt?: number; agentId?: string },
  ): void
  /** A sign of life of a running attempt. Its latest progress is kept; it is no event (engine.md, "Life"). */
  beat(definition: CompiledTask, attempt: number, progress: Progress | null): void
  effect(effect: Effect): void
  decision(): Decision
}

export function createStep(initial: SessionState | null, sessionId: string, context: SessionContext): Step {
  let state = initial
  const events: SessionEvent[] = []
  const effects: Effect[] = []
  const add = (event: SessionEvent) => {
    state = evolveSession(state, event)
    events.push(event)
  }
  return {
    context,
    get state() {
      if (!state) throw new Error('The session has not started')
      return state
    },
    task: (definition) => state?.tasks[definition.index],
    add,
    addTask(type, definition, data, about = {}) {
      const taskId = taskIdOf(sessionId, definition.index)
      const event = { type, time: context.now, sessionId, taskId, taskDefinitionId: definition.taskId, ...about, data }
      // The generic parameter ties `data` to `type`; the union cannot express that.
      add(event as unknown as SessionEvent)
    },
    beat(definition, attempt, progress) {
      if (state) state = withHeartbeat(state, definition.index, attempt, progress, context.now)
    },
    effect: (effect) => effects.push(effect),
    decision: () => ({ events, effects }),
  }
}
