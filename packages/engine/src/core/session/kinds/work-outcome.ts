import type { Json, TaskFailure } from '@opscore/contract'
import type { Waiting } from '../state.ts'

/** What became of a task that no agent does. */
export type WorkOutcome =
  | { is: 'completed'; result: Json; signalId?: string }
  | { is: 'failed'; error: TaskFailure }
  | { is: 'waiting'; waiting: Waiting }
  | { is: 'escalated'; until: number | null }
