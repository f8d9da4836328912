/**
 * Who waits since their session began, in a short one, as far as the file does not say yet who stands in which line (fresh-rows.ts).
 *
 * Invariant: whoever waits, as far as it was acknowledged, is here, or found in the file by their line, or both.
 */

import type { SessionCommit } from '@opscore/engine/store'
import { compareWaiters, type Waiter } from '@opscore/engine/store'
import { placeInOrder } from '../rows/place-in-order.ts'
import { createWaitersInColumns } from './waiters-in-columns.ts'

export interface FreshWaiters {
  /** The commit has been written. */
  committed(commit: SessionCommit): void
  /** The log's head as it was before commits that will be told of from here on, and up to where sessions are filed. */
  filed(head: number, filed: number): void
  /** The first in a line, in its order. */
  inLine(line: string, limit: number): Waiter[]
  lines(): Iterable<string>
}

/** Fewer are not worth being looked through for those that are found in the file. */
const MANY = 1_024

export function createFreshWaiters(): FreshWaiters {
  let young = createLines()
  let old = createLines()
  /** The sessions of those in `old` began at or before it. */
  let oldHead = 0

  return {
    committed({ startOnly, waiters: { join, leave } }) {
      for (const attemptId of leave) drop(attemptId)
      for (const waiter of join) {
        if (startOnly) young.add(waiter)
        else drop(waiter.attemptId)
      }
    },
    filed(head, filed) {
      if (filed >= oldHead && old.size > 0) old = createLines()
      if (old.size > 0 || young.size < MANY) return
      old = young
      oldHead = head
      young = createLines()
    },
    inLine: (line, limit) => [...old.first(line, limit), ...young.first(line, limit)],
    lines: () => new Set([...old.names(), ...young.names()]),
  }

  function drop(attemptId: string): void {
    if (!young.remove(attemptId)) old.remove(attemptId)
  }
}

/**
 * Waiters by their lines, each line in its order. They are sorted into them when somebody looks: where nobody is ready they are mostly
 * found in the file before anybody does.
 */
function createLines() {
  const byAttempt = new Map<string, Waiter>()
  const byLine = new Map<string, Waiter[]>()
  const unsorted = createWaitersInColumns()

  function sortIn(): void {
    if (unsorted.size === 0) return
    for (const waiter of unsorted.take()) {
      byAttempt.set(waiter.attemptId, waiter)
      const line = byLine.get(waiter.line)
      if (line) line.splice(placeOf(waiter, line), 0, waiter)
      else byLine.set(waiter.line, [waiter])
    }
  }

  return {
    get size() {
      return byAttempt.size + unsorted.size
    },
    add: unsorted.push,
    remove(attemptId: string): boolean {
      sortIn()
      const waiter = byAttempt.get(attemptId)
      if (!waiter) return false
      byAttempt.delete(attemptId)
      const line = byLine.get(waiter.line) ?? []
      if (line.length === 1) byLine.delete(waiter.line)
      else line.splice(placeOf(waiter, line), 1)
      return true
    },
    first(line: string, limit: number): Waiter[] {
      sortIn()
      return byLine.get(line)?.slice(0, limit) ?? []
    },
    names() {
      sortIn()
      return byLine.keys()
    },
  }
}

/** Where it stands in its line, or would; most come to stand last. */
function placeOf(waiter: Waiter, line: readonly Waiter[]): number {
  return placeInOrder(line, (standing) => compareWaiters(standing, waiter) < 0)
}
