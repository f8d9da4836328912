import type { SessionStatus } from '@opscore/contract'
import { parseStored } from '@opscore/contract/exact-json'
import { type SessionHead, type SessionState, type TaskState, taskIndexOf } from '../core/session/state.ts'
import type { PageRequest, StorePage } from '../ports/page.ts'
import type { SessionCommit, SessionFilter, Versioned } from '../ports/store.ts'
import { NO_SESSIONS } from '../store-kit/no-sessions.ts'
import { compareTexts } from '../store-kit/text-order.ts'
import { keyPage } from './key-page.ts'

interface SessionRow {
  id: string
  version: number
  wakeAt: number | null
  head: string
  tasks: Map<number, string>
}

/** Sessions with the tasks that they have reached. */
export function createSessionShelf() {
  const byId = new Map<string, SessionRow>()

  function headOf(row: SessionRow): SessionHead {
    return parseStored(row.head)
  }

  return {
    get: (id: string) => byId.get(id),
    rows: () => byId.values(),
    put({ sessionId, expectedVersion, wakeAt, head, tasks }: SessionCommit): void {
      const kept = byId.get(sessionId)?.tasks ?? new Map<number, string>()
      for (const task of tasks) kept.set(taskIndexOf(task.taskId), JSON.stringify(task))
      byId.set(sessionId, {
        id: sessionId,
        version: expectedVersion + 1,
        wakeAt,
        head: JSON.stringify(head),
        tasks: kept,
      })
    },
    load(id: string): Versioned<SessionState> | null {
      const row = byId.get(id)
      if (!row) return null
      const tasks: (TaskState | undefined)[] = []
      for (const [index, task] of row.tasks) tasks[index] = parseStored(task)
      return { version: row.version, state: { head: headOf(row), tasks } }
    },
    list(filter: SessionFilter, page: PageRequest): StorePage<SessionHead> {
      const rows = [...byId.values()].map((row) => ({ item: headOf(row), characters: row.head.length }))
      const wanted = rows.filter(({ item }) => matches(filter, item)).sort((a, b) => compareHeads(b.item, a.item))
      return keyPage(wanted, page, {
        keyOf: ({ item }) => `${item.startedAt}:${item.sessionId}`,
        passed: ({ item }, key) => isPassed(item, key),
        read: (row) => row,
      })
    },
    counts(): Record<SessionStatus, number> {
      const counts = { ...NO_SESSIONS }
      for (const row of byId.values()) counts[headOf(row).status] += 1
      return counts
    },
    endedBefore: (time: number): SessionHead[] =>
      [...byId.values()].map(headOf).filter(({ endedAt }) => endedAt !== null && endedAt < time),
    delete: (id: string) => byId.delete(id),
  }
}

const compareHeads = (a: Pick<SessionHead, 'startedAt' | 'sessionId'>, b: typeof a): number =>
  a.startedAt - b.startedAt || compareTexts(a.sessionId, b.sessionId)

function isPassed(head: SessionHead, key: string): boolean {
  const colon = key.indexOf(':')
  const last = { startedAt: Number(key.slice(0, colon)), sessionId: key.slice(colon + 1) }
  return compareHeads(head, last) >= 0
}

function matches({ status, agentId, workflowId, startedFrom, startedTo }: SessionFilter, head: SessionHead): boolean {
  return (
    (!status || status.includes(head.status)) &&
    (!agentId || agentId.includes(head.agentId)) &&
    (!workflowId || workflowId.includes(head.workflowId)) &&
    (startedFrom === undefined || head.startedAt >= startedFrom) &&
    (startedTo === undefined || head.startedAt <= startedTo)
  )
}
