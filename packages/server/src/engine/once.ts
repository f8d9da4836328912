/** Requests that count once: the first answer stands, and a repeat is answered alike (reliability.md, 13). */
import type { Json } from '@opscore/contract'
import { DomainError } from '../core/domain-error.ts'
import type { AggregateRef, OnceRecord, Store } from '../ports/store.ts'
import { DuplicateRequestError } from './duplicate-request-error.ts'
import type { Once } from './engine.ts'
import type { Execution } from './mailbox.ts'

/**
 * Runs a command whose commit, one of `home`, keeps the answer under its key. Where the key was used before, nothing runs.
 * @throws DomainError `IDEMPOTENCY_KEY_REUSED` where it was used with another body
 */
export function once<T extends Json>(
  store: Store,
  now: number,
  home: AggregateRef,
  asked: Once | undefined,
  answer: T,
  run: (execution: Execution) => Promise<unknown>,
): Promise<T> {
  return asked ? runOnce(store, now, home, asked, answer, run) : run({}).then(() => answer)
}

async function runOnce<T extends Json>(
  store: Store,
  now: number,
  home: AggregateRef,
  asked: Once,
  answer: T,
  run: (execution: Execution) => Promise<unknown>,
): Promise<T> {
  const known = await store.findOnce(asked.key, home, now)
  if (known) return answerOf<T>(known, asked)
  try {
    await run({ once: { ...asked, answer } })
    return answer
  } catch (error) {
    if (error instanceof DuplicateRequestError) return answerOf<T>(error.record, asked)
    throw error
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
