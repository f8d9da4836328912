/** Requests that count once: the first answer stands, and a repeat is answered alike (reliability.md, 13). */
import type { Json } from '@opscore/contract'
import type { Execution } from '../aggregate/aggregate-kind.ts'
import { DuplicateRequestError } from '../aggregate/duplicate-request-error.ts'
import { DomainError } from '../core/domain-error.ts'
import type { Once } from '../engine.ts'
import type { AggregateRef, OnceRecord, Store } from '../ports/store.ts'

/**
 * Runs a command whose commit, one of `home`, keeps the answer under its key. Where the key was used before, nothing runs,
 * or, of a request that is a repetition only `whileItHolds`, what `again` decides on the state that the first one left.
 * @throws DomainError `IDEMPOTENCY_KEY_REUSED` where it was used with another body
 */
export async function once<T extends Json>(
  store: Store,
  now: number,
  home: AggregateRef,
  asked: Once | undefined,
  answer: T,
  run: (execution: Execution) => Promise<unknown>,
  again?: () => Promise<unknown>,
): Promise<T> {
  if (!asked) return run({}).then(() => answer)
  const { key, fingerprint, expiresAt, whileItHolds } = asked
  const record = (await store.findOnce(key, home, now)) ?? (await tried())
  if (!record) return answer
  const first = answerOf<T>(record, asked)
  if (whileItHolds) await again?.()
  return first

  /** What the request was answered before, where that came in while this one was on its way. */
  async function tried(): Promise<OnceRecord | null> {
    try {
      await run({ once: { key, fingerprint, expiresAt, answer } })
      return null
    } catch (error) {
      if (error instanceof DuplicateRequestError) return error.record
      throw error
    }
  }
}

/** The stored answer of the request that used the key first. */
export function answerOf<T extends Json>(record: OnceRecord, asked: Once): T {
  if (record.fingerprint !== asked.fingerprint) {
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used with another body; use a new key')
  }
  // The record was written by the same command under the same key, so its answer has that command's shape.
  return record.answer as T
}
