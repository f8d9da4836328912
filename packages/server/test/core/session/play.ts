/** Plays a session in virtual time: the pure core alone, with a script of what each task's agent does. */
import type { Json, JsonObject } from '@opscore/contract'
import type { Effect } from '../../../src/core/effect.ts'
import { decideSession, type SessionCommand } from '../../../src/core/session/decide.ts'
import type { SessionEvent } from '../../../src/core/session/events.ts'
import { evolveSession } from '../../../src/core/session/evolve.ts'
import { attemptIdOf, isTerminal, type SessionState } from '../../../src/core/session/state.ts'
import { sessionWakeAt } from '../../../src/core/session/timers.ts'
import { checkDefinition } from '../../../src/core/workflow/check-definition.ts'
import type { CompiledWorkflow } from '../../../src/core/workflow/compiled-workflow.ts'

export const SESSION_ID = '0190a0a0-0000-7000-8000-000000000001'
export const START = 1_700_000_000_000

/** What an agent does with an attempt. */
export type Act = { result: Json } | { error: { code: string; message: string } } | 'silent'

export interface Play {
  readonly state: SessionState
  readonly now: number
  readonly events: SessionEvent[]
  readonly effects: Effect[]
  readonly workflow: CompiledWorkflow
  send(command: SessionCommand): void
  /** Moves time to the next wake-up and strikes it. */
  wake(): void
  /** Gives every waiting attempt to an agent. */
  assign(agentId?: string): string[]
  report(attemptId: string, act: Exclude<Act, 'silent'> | 'active', agentId?: string): void
  /** Plays on until the session has ended, asking `act` for every attempt; fails after too many rounds. */
  finish(act: (taskId: string, attempt: number) => Act): void
  types(): string[]
}

export function compiledOf(definition: JsonObject): CompiledWorkflow {
  const { compiled, problems } = checkDefinition(definition)
  if (!compiled) throw new Error(JSON.stringify(problems))
  return compiled
}

export function play(definition: JsonObject, input: JsonObject | null = null): Play {
  const workflow = compiledOf(definition)
  let state: SessionState | null = null
  let now = START
  const events: SessionEvent[] = []
  const effects: Effect[] = []

  const current = (): SessionState => {
    if (!state) throw new Error('not started')
    return state
  }
  const send = (command: SessionCommand): void => {
    const before: SessionState | null = state
    const decided = decideSession(SESSION_ID, before, command, { now, workflow, random: () => 0.5 })
    let folded: SessionState | null = before
    for (const event of decided.events as SessionEvent[]) {
      folded = evolveSession(folded, event)
      events.push(event)
    }
    // A heartbeat is the one change that no event tells.
    const told = command.type === 'heartbeat' || JSON.stringify(folded) === JSON.stringify(decided.state)
    if (!told) throw new Error('Folding the events gives another state')
    state = decided.state
    effects.push(...decided.effects)
  }

  const origin = {
    workflowId: workflow.id,
    workflowVersion: workflow.version,
    workflowRevision: 1,
    definitionHash: 'hash',
    agentId: 'agent',
    input,
    metadata: {},
    warnings: [],
  }
  send({ type: 'start', origin })

  const self: Play = {
    get state() {
      return current()
    },
    get now() {
      return now
    },
    events,
    effects,
    workflow,
    send,
    wake() {
      now = Math.max(now, sessionWakeAt(current(), workflow) ?? now)
      send({ type: 'wake' })
    },
    assign(agentId = 'agent') {
      const waiting = current().tasks.flatMap((task) => {
        const attempt = task?.attempts.at(-1)
        const waits = task?.status === 'pending' && attempt?.endedAt === null && attempt.agentId === null
        return waits ? [attemptIdOf(task.taskId, attempt.attempt)] : []
      })
      for (const attemptId of waiting) {
        const receipt = { chosen: agentId, reason: 'SESSION_AGENT' as const, candidates: [], considered: 1 }
        send({ type: 'assigned', sessionId: SESSION_ID, attemptId, agentId, receipt })
        send({ type: 'dispatched', attemptId, via: 'direct' })
      }
      return waiting
    },
    report(attemptId, act, agentId = 'agent') {
      const outcome = act === 'active' ? 'running' : 'result' in act ? 'completed' : 'failed'
      const said = act === 'active' ? 'active' : 'result' in act ? 'idle' : 'error'
      const result = act !== 'active' && 'result' in act ? act.result : null
      const error = act !== 'active' && 'error' in act ? act.error : null
      send({
        type: 'reported',
        sessionId: SESSION_ID,
        attemptId,
        agentId,
        state: said,
        outcome,
        result,
        error,
        receivedAt: now,
      })
    },
    finish(act) {
      for (let round = 0; !isTerminal(current().head.status); round += 1) {
        if (round > 5_000) throw new Error('The session does not end')
        const given = self.assign()
        for (const attemptId of given) {
          const [, index, attempt] = attemptId.split('.')
          const does = act(workflow.tasks[Number(index) - 1]?.taskId ?? '', Number(attempt))
          if (does !== 'silent') self.report(attemptId, does)
        }
        if (given.length === 0) self.wake()
      }
    },
    types: () => events.map((event) => event.type),
  }
  return self
}
