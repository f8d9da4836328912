/** Carries out what a schedule decided: ends sessions that are in the way, and starts the one of a time. */
import type { JsonObject } from '@opscore/contract'
import type { Sessions } from '../aggregate/agents-and-sessions.ts'
import { DomainError } from '../core/domain-error.ts'
import type { Begun, ScheduleState } from '../core/schedule/state.ts'
import type { EngineCommands } from '../engine.ts'

/** How long a time is known to have its session, from when it fired; in milliseconds. */
const ONCE_KEPT = 7 * 24 * 3_600_000

export type Fire = (scheduleId: string, state: ScheduleState, nominalAt: number, cancel?: string[]) => Promise<Begun>

/** However often one time fires, by however many processes: it has one session (reliability.md, 13). */
export function createFire(parts: { sessions: Sessions; trigger: EngineCommands['trigger']; now: () => number }): Fire {
  const { sessions, trigger, now } = parts

  return async (scheduleId, { spec, incarnation }, nominalAt, cancel = []) => {
    for (const sessionId of cancel) await end(sessionId, `Schedule ${scheduleId} begins its next session`)
    const schedule = { scheduleId, nominalAt: new Date(nominalAt).toISOString() }
    try {
      const { sessionId } = await trigger({
        agentId: spec.agentId,
        workflow: { id: spec.workflowId },
        // Read as JSON.
        input: (spec.input ?? null) as JsonObject | null,
        metadata: { schedule },
        once: {
          key: `schedule:${scheduleId}/${incarnation}/${nominalAt}`,
          fingerprint: 'schedule',
          expiresAt: now() + ONCE_KEPT,
        },
      })
      return { sessionId }
    } catch (error) {
      // Another call for the same time is under way; what it comes to is found when this one is made again.
      if (!(error instanceof DomainError) || error.code === 'IDEMPOTENCY_IN_FLIGHT') throw error
      return { code: error.code, detail: error.message }
    }
  }

  async function end(sessionId: string, reason: string): Promise<void> {
    try {
      await sessions.execute(sessionId, { type: 'cancel', reason })
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
    }
  }
}
