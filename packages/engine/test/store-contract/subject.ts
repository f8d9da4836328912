/** What a suite of the store contract is given. */
import type { Log } from '../../src/ports/log.ts'
import type { Store } from '../../src/ports/store.ts'
import type { ManualClock } from '../local/manual-clock.ts'

/** What a test of the contract works with; the store is fresh for each. */
export interface Subject {
  store: Store
  clock: ManualClock
  /** Messages that the store has logged. */
  logged: string[]
}

export type OpenStore = (parts: { clock: ManualClock; log: Log }) => Promise<Store>
