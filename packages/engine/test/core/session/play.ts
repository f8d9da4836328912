/** Plays a session in virtual time, command by command; every decision is held against the fold of its events. */
import type { Json, JsonObject } from '@opscore/contract'
import type { CompiledWorkflow } from '@opscore/workflow'
import { checkDefinition } from '@opscore/workflow'
import type { SessionEvent } from '../../../src/core/session/events.ts'
import { evolveSession } from '../../../src/core/session/evolve.ts'
import { attemptIdOf, type SessionState } from '../../../src/core/session/state.ts'
import { playAgents, waitingAttempt } from '../../../src/testing/play-agents.ts'
import { SESSION_ID, startVirtualSession, type VirtualSession } from '../../../src/testing/virtual-session.ts'

export { SESSION_ID, START } from '../../../src/testing/virtual-session.ts'

/** What an agent does with an attempt. */
export type Act = { result: Json } | { error: { code: string; message: string } } | 'silent'

export interface Play extends VirtualSession {
  /** Moves time to the next wake-up and strikes it. */
  wake(): void
  /** Gives every waiting attempt to an agent. */
  assign(agentId?: string): string[]
  report(attemptId: string, act: Exclude<Act, 'silent'> | 'active', agentId?: string): void
  /** Plays on until the session has ended, asking `act` for every attempt. */
  finish(act: (taskId: string, attempt: number) => Act): void
  types(): string[]
}

function compiledOf(definition: JsonObject): CompiledWorkflow {
  const { compiled, problems } = checkDefinition(definition)
  if (!compiled) throw new Error(JSON.stringify(problems))
  return compiled
}

export function play(definition: JsonObject, input: JsonObject | null = null): Play {
  const session = startVirtualSession(compiledOf(definition), {
    input,
    random: () => 0.5,
    onDecided({ command, before, events, after }) {
      let folded: SessionState | null = before
      for (const event of events as SessionEvent[]) folded = evolveSession(folded, event)
      // A heartbeat is the one change that no event tells.
      const isTold = command.type === 'heartbeat' || JSON.stringify(folded) === JSON.stringify(after)
      if (!isTold) throw new Error('Folding the events gives another state')
    },
  })
  return Object.assign(session, {
    wake() {
      session.advanceTo(session.wakeAt ?? session.now)
      session.send({ type: 'wake' })
    },
    assign: (agentId = 'agent') => assign(session, agentId),
    report: (attemptId: string, act: Exclude<Act, 'silent'> | 'active', agentId = 'agent') =>
      report(session, attemptId, act, agentId),
    finish(act: (taskId: string, attempt: number) => Act) {
      playAgents(session, {
        actOf(taskId, attempt) {
          const does = act(taskId, attempt)
          return does === 'silent' ? { silent: true } : does
        },
      })
    },
    types: () => session.events.map((event) => event.type),
  })
}

function assign(session: VirtualSession, agentId: string): string[] {
  const waiting = session.state.tasks.flatMap((task) => {
    const attempt = task && waitingAttempt(task)
    return task && attempt ? [attemptIdOf(task.taskId, attempt)] : []
  })
  for (const attemptId of waiting) {
    const receipt = { chosen: agentId, reason: 'SESSION_AGENT' as const, candidates: [], considered: 1 }
    session.send({ type: 'assigned', sessionId: SESSION_ID, attemptId, agentId, receipt })
    session.send({ type: 'dispatched', attemptId, via: 'direct' })
  }
  return waiting
}

function report(
  session: VirtualSession,
  attemptId: string,
  act: Exclude<Act, 'silent'> | 'active',
  agentId: string,
): void {
  const outcome = act === 'active' ? 'running' : 'result' in act ? 'completed' : 'failed'
  session.send({
    type: 'reported',
    sessionId: SESSION_ID,
    attemptId,
    agentId,
    state: { running: 'active', completed: 'idle', failed: 'error' }[outcome],
    outcome,
    result: act !== 'active' && 'result' in act ? act.result : null,
    error: act !== 'active' && 'error' in act ? act.error : null,
    receivedAt: session.now,
  })
}
