/** A session in virtual time: the pure core alone, with a clock that is moved by hand. */
import type { JsonObject } from '@opscore/contract'
import type { CompiledWorkflow } from '@opscore/workflow'
import type { Effect } from '../core/effect.ts'
import type { EventDraft } from '../core/event.ts'
import { decideSession, type SessionCommand } from '../core/session/decide.ts'
import type { SessionState } from '../core/session/state.ts'
import { sessionWakeAt } from '../core/session/timers.ts'

export const SESSION_ID = '0190a0a0-0000-7000-8000-000000000001'
export const AGENT_ID = 'agent'
/** When virtual time begins, in epoch milliseconds. */
export const START = 1_700_000_000_000

export interface VirtualSession {
  readonly workflow: CompiledWorkflow
  readonly state: SessionState
  readonly now: number
  /** Everything that was decided, in order. */
  readonly events: EventDraft[]
  readonly effects: Effect[]
  /** When the session wants to be looked at next; `null` once it has ended. */
  readonly wakeAt: number | null
  /** Moves the clock forward; never back. Nothing is struck by it: send `wake`. */
  advanceTo(time: number): void
  send(command: SessionCommand): void
}

export interface VirtualSessionOptions {
  input?: JsonObject | null | undefined
  /** Uniform in [0, 1): spreads retries. Without it there is no jitter. */
  random?: () => number
  /** Hears every decision: the command, the state before it, what happened, the state after it. */
  onDecided?: (decided: {
    command: SessionCommand
    before: SessionState | null
    events: EventDraft[]
    after: SessionState
  }) => void
}

/** Starts a session of the workflow at START. */
export function startVirtualSession(workflow: CompiledWorkflow, options: VirtualSessionOptions = {}): VirtualSession {
  const { input = null, random = () => 0, onDecided } = options
  const events: EventDraft[] = []
  const effects: Effect[] = []
  let now = START
  let state = decide(null, { type: 'start', origin: originOf(workflow, input) })

  function decide(before: SessionState | null, command: SessionCommand): SessionState {
    const decided = decideSession(SESSION_ID, before, command, { now, workflow, random })
    events.push(...decided.events)
    effects.push(...decided.effects)
    onDecided?.({ command, before, events: decided.events, after: decided.state })
    return decided.state
  }

  return {
    workflow,
    events,
    effects,
    get state() {
      return state
    },
    get now() {
      return now
    },
    get wakeAt() {
      return sessionWakeAt(state, workflow)
    },
    advanceTo(time) {
      now = Math.max(now, time)
    },
    send(command) {
      state = decide(state, command)
    },
  }
}

function originOf(workflow: CompiledWorkflow, input: JsonObject | null) {
  return {
    workflowId: workflow.id,
    workflowVersion: workflow.version,
    workflowRevision: 1,
    definitionHash: 'hash',
    agentId: AGENT_ID,
    input,
    metadata: {},
    warnings: [],
  }
}
