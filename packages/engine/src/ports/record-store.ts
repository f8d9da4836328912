/**
 * Records of the engine's own that are no aggregates: bulk actions on their way, which processes there are, whom they wait for,
 * what workflows meant before, schedules with their history, and what people are asked.
 *
 * Every adapter guarantees, and `test/store-contract/record-contract.ts` checks:
 * 1. What a resolved call wrote is durable, and in every later read of every process.
 * 2. A record is written only where it stands at the version that the writer knew: of several that write at once, one does.
 * 3. One that has expired is not found any more, whether it was removed or not.
 */
import type { Json } from '@opscore/contract'
import type { PageRequest, StorePage } from './page.ts'

export type RecordKind =
  | 'bulk'
  | 'bulk-open'
  | 'bulk-items'
  | 'process'
  | 'asking'
  | 'revision'
  | 'revision-definition'
  | 'schedule'
  | 'schedule-history'
  | 'schedule-change'
  | 'approval'

export interface StoredRecord {
  id: string
  /** Rises by one with each write, from 1. */
  version: number
  value: Json
}

export interface RecordStore {
  /** Whether it was written. `expectedVersion` 0: there is none, or it expired. Times are epoch milliseconds. */
  putRecord(record: {
    kind: RecordKind
    id: string
    expectedVersion: number
    value: Json
    expiresAt: number
    now: number
  }): Promise<boolean>
  getRecord(kind: RecordKind, id: string, now: number): Promise<StoredRecord | null>
  /** Those of a kind, in order of id. */
  listRecords(kind: RecordKind, now: number, page: PageRequest): Promise<StorePage<StoredRecord>>
}

/** `expiresAt` of a record that stays until it is dropped: the last moment that there is. */
export const FOREVER = 8.64e15

/** Takes a record out. Whether it stood at that version. It has expired then whatever the clock says, which may be set back. */
export function dropRecord(
  store: Pick<RecordStore, 'putRecord'>,
  record: { kind: RecordKind; id: string; expectedVersion: number; now: number },
): Promise<boolean> {
  return store.putRecord({ ...record, value: {}, expiresAt: 0 })
}
