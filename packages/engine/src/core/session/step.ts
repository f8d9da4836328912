import type { Progress } from '@opscore/contract'
import type { CompiledTask, CompiledWorkflow } from '@opscore/workflow'
import type { Decision } from '../decision.ts'
import type { Effect } from '../effect.ts'
import { withHeartbeat } from './attempt/heartbeat.ts'
import type { SessionEvent } from './events.ts'
import { evolveSession } from './evolve.ts'
import type { TaskEvent } from './evolve-task.ts'
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
  return new GrowingStep(initial, sessionId, context)
}

/** A class, as one is made for each command: a getter in an object of its own costs as much as the rest of it. */
class GrowingStep implements Step {
  readonly context: SessionContext
  readonly #sessionId: string
  readonly #events: SessionEvent[] = []
  readonly #effects: Effect[] = []
  #state: SessionState | null

  constructor(initial: SessionState | null, sessionId: string, context: SessionContext) {
    this.context = context
    this.#sessionId = sessionId
    this.#state = initial
  }

  get state(): SessionState {
    if (!this.#state) throw new Error('The session has not started')
    return this.#state
  }

  task(definition: CompiledTask): TaskState | undefined {
    return this.#state?.tasks[definition.index]
  }

  add(event: SessionEvent): void {
    this.#state = evolveSession(this.#state, event)
    this.#events.push(event)
  }

  addTask<T extends TaskEvent['type']>(
    type: T,
    definition: CompiledTask,
    data: TaskEventOf<T>['data'],
    about: { attempt?: number; agentId?: string } = {},
  ): void {
    const sessionId = this.#sessionId
    const taskId = taskIdOf(sessionId, definition.index)
    const event = {
      type,
      time: this.context.now,
      sessionId,
      taskId,
      taskDefinitionId: definition.taskId,
      ...about,
      data,
    }
    // The generic parameter ties `data` to `type`; the union cannot express that.
    this.add(event as unknown as SessionEvent)
  }

  beat(definition: CompiledTask, attempt: number, progress: Progress | null): void {
    if (this.#state) this.#state = withHeartbeat(this.#state, definition.index, attempt, progress, this.context.now)
  }

  effect(effect: Effect): void {
    this.#effects.push(effect)
  }

  decision(): Decision {
    return { events: this.#events, effects: this.#effects }
  }
}
