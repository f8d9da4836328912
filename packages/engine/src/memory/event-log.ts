import type { EventType } from '@opscore/contract'
import { parseStored } from '@opscore/contract/exact-json'
import type { CommittedEvent, EventDraft } from '../core/event.ts'
import type { Weighed } from '../store-kit/page.ts'

/** What an agent's history shows: what it reported and how it was registered. */
const HISTORY: ReadonlySet<EventType> = new Set([
  'agent.state_changed',
  'agent.registered',
  'agent.updated',
  'agent.deregistered',
])

export interface EventRow {
  position: number
  aggregate: string
  time: number
  inHistory: boolean
  event: string
}

export interface EventLog {
  readonly head: number
  readonly trimmed: number
  append(kind: 'agent' | 'session', aggregate: string, drafts: readonly EventDraft[]): void
  /** As `Store.events` gives them. */
  after(position: number, limit: number, characters?: number): CommittedEvent[]
  /** Newest first. */
  history(agentId: string): EventRow[]
  /** Oldest first. */
  ofSession(sessionId: string): EventRow[]
  read(row: EventRow): Weighed<CommittedEvent>
  /** Removes agents' events up to the first that is not older. Returns how many. */
  trimAgents(before: number): number
  trimSession(sessionId: string): number
}

/** The event log of the one partition. Rows hold text, so that nobody who reads an event can change it. */
export function createEventLog(): EventLog {
  const rows = new Map<number, EventRow>()
  const agentPositions = new Set<number>()
  const byAgent = new Map<string, number[]>()
  const bySession = new Map<string, number[]>()
  let head = 0
  let trimmed = 0

  function read(row: EventRow): CommittedEvent {
    const draft: EventDraft = parseStored(row.event)
    return { ...draft, partition: 0, position: row.position }
  }

  const rowsAt = (positions: readonly number[] = []) => positions.flatMap((position) => rows.get(position) ?? [])

  function remove(position: number): void {
    rows.delete(position)
    agentPositions.delete(position)
    trimmed = Math.max(trimmed, position)
  }

  return {
    get head() {
      return head
    },
    get trimmed() {
      return trimmed
    },
    append(kind, aggregate, drafts) {
      const index = kind === 'agent' ? byAgent : bySession
      const positions = index.get(aggregate) ?? []
      index.set(aggregate, positions)
      for (const draft of drafts) {
        head += 1
        const { time, type } = draft
        rows.set(head, { position: head, aggregate, time, inHistory: HISTORY.has(type), event: JSON.stringify(draft) })
        positions.push(head)
        if (kind === 'agent') agentPositions.add(head)
      }
    },
    after(position, limit, characters = Infinity) {
      const found: CommittedEvent[] = []
      let length = 0
      for (let at = Math.max(position, trimmedBefore(rows, head)) + 1; at <= head && found.length < limit; at++) {
        const row = rows.get(at)
        if (!row) continue
        found.push(read(row))
        length += row.event.length
        if (length >= characters) break
      }
      return found
    },
    history: (agentId) => rowsAt(byAgent.get(agentId)?.toReversed()).filter(({ inHistory }) => inHistory),
    ofSession: (sessionId) => rowsAt(bySession.get(sessionId)),
    read: (row) => ({ item: read(row), characters: row.event.length }),
    trimAgents(before) {
      let removed = 0
      for (const position of agentPositions) {
        const row = rows.get(position)
        if (!row || row.time >= before) break
        remove(position)
        removed += 1
        const left = (byAgent.get(row.aggregate) ?? []).filter((each) => each !== position)
        if (left.length > 0) byAgent.set(row.aggregate, left)
        else byAgent.delete(row.aggregate)
      }
      return removed
    },
    trimSession(sessionId) {
      const positions = bySession.get(sessionId) ?? []
      for (const position of positions) remove(position)
      bySession.delete(sessionId)
      return positions.length
    },
  }
}

/** The position before the first row that is left; rows are kept in order of position. */
function trimmedBefore(rows: ReadonlyMap<number, EventRow>, head: number): number {
  for (const position of rows.keys()) return position - 1
  return head
}
