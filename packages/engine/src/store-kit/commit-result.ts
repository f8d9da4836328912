import type { CommitResult, OnceRecord } from '../ports/store.ts'
import type { Answer } from './batch-queue.ts'

/** What a commit's answer means: its new version, 0 for a conflict, or once-records that were there, as JSON. */
export function resultOf(answer: Answer): CommitResult {
  if (answer === 0) return { ok: false, reason: 'conflict' }
  if (typeof answer === 'number') return { ok: true, version: answer }
  const records: OnceRecord[] = JSON.parse(answer)
  return { ok: false, reason: 'duplicate', records }
}
