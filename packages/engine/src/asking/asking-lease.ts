/**
 * Who waits for an agent's answer, where several processes share a store: a sweep takes an effect that is old for left behind,
 * and an answer may take much longer than that. Two that ask at once do no harm but to an agent that cannot tell a repeat.
 */
import type { Clock } from '../ports/clock.ts'
import { dropRecord } from '../ports/record-store.ts'
import type { Store } from '../ports/store.ts'

/** Nobody looks for an effect that is younger, so that most answers cost no lease; in milliseconds (recover.ts). */
const FRESH = 20_000
/** How long a lease lasts that is not renewed, in milliseconds. */
const LASTING = 36_000

export interface AskingLease {
  renew(): Promise<void>
  end(): Promise<void>
}

export interface AskingLeases {
  /** For an effect that was committed at `at`; `null` where another process waits for its answer. */
  take(effectId: string, at: number): Promise<AskingLease | null>
}

export function createAskingLeases({ store, clock }: { store: Store; clock: Clock }): AskingLeases {
  async function write(id: string, expectedVersion: number): Promise<boolean> {
    const now = clock.now()
    return store.putRecord({ kind: 'asking', id, expectedVersion, value: {}, expiresAt: now + LASTING, now })
  }

  return {
    async take(effectId, at) {
      if (!store.shared) return { renew: async () => {}, end: async () => {} }
      let known = 0
      if (clock.now() - at >= FRESH) {
        if (!(await write(effectId, 0))) return null
        known = 1
      }
      return {
        async renew() {
          if (await write(effectId, known)) known += 1
          // It had expired, or somebody else has it.
          else known = (await store.getRecord('asking', effectId, clock.now()))?.version ?? 0
        },
        async end() {
          const record = { kind: 'asking', id: effectId, expectedVersion: known, now: clock.now() } as const
          if (known > 0) await dropRecord(store, record)
        },
      }
    },
  }
}
