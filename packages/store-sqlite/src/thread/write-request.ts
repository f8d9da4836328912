/** What the store asks of its writer beside commits; each takes its turn in a batch like a commit. */
import type { KeyRecord, RecordStore, Retention, Store } from '@opscore/engine/store'

export type WriteRequest =
  | { do: 'settle'; effectIds: string[] }
  | { do: 'put-workflow'; input: Parameters<Store['putWorkflow']>[0] }
  | { do: 'delete-workflow'; id: string; ifMatch?: string[] }
  | { do: 'add-key'; key: KeyRecord }
  | { do: 'put-record'; record: Parameters<RecordStore['putRecord']>[0] }
  | { do: 'revoke-key'; keyId: string; now: number }
  /** One small step; the answer is how many rows went, 0 at the end. */
  | { do: 'trim'; retention: Retention }

/**
 * What passes between the threads. A batch is one flat array of texts and numbers: copying nested objects over the
 * border costs several times what writing them as JSON once does, and they are stored as JSON anyway.
 */
export type Cell = string | number | null

export type ToWriter = { cells: Cell[]; characters: number } | { close: true }

/**
 * To a commit: its new version, 0 for a conflict, `MISSES_DEFINITION`, or the duplicates as JSON. To a request: its result as JSON. An entry
 * that could not be written at all says why.
 */
export type Answer = number | string | { failed: 'full' | 'other'; message: string }

/** The definition that a session was said to find in the store has gone: the commit is to be sent again with it. */
export const MISSES_DEFINITION = -1

/** What became of a batch. */
export interface Written {
  answers: Answer[]
  /** The last position that is taken. */
  head: number
  /** Those who wait since a session began at or before this position are found in the file (fresh-waiters.ts). */
  filed: number
}

export type FromWriter =
  | { say: 'ready'; head: number }
  /** It cannot start. */
  | { say: 'refused'; message: string; kind: 'data-file' | 'other' }
  /** The batch is durable. */
  | ({ say: 'done' } & Written)
  | { say: 'fatal'; message: string }
