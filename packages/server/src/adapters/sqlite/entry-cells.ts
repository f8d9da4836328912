/** An entry of a batch as flat cells, and back. Both directions are here, as each must mirror the other. */
import type { WorkflowDefinition } from '@opscore/contract'
import type { RoutingEntry } from '../../core/routing.ts'
import type { Waiter } from '../../core/waiting-line/waiter.ts'
import type { AgentCommit, Commit, OnceRecord, SessionCommit } from '../../ports/store.ts'
import { aboutOf } from '../event-about.ts'
import { taskIndexOf } from '../task-index.ts'
import { column } from './column.ts'
import { NO_HEAD } from './session-start.ts'
import type { Cell, WriteRequest } from './write-request.ts'

const AGENT = 1
const SESSION = 2
const REQUEST = 3
const REPORT = 4

interface EventCells {
  type: string
  time: number
  about: string | null
  data: string
}

interface CommitCells {
  id: string
  expectedVersion: number
  wakeAt: number | null
  events: EventCells[]
  effects: { id: string; text: string }[]
  done: string[]
  once: { records: OnceRecord[]; now: number } | null
}

/** Texts are JSON unless they are ids. */
export interface AgentEntry extends CommitCells {
  kind: 'agent'
  state: string
  deregisteredAt: number | null
  live: string
  registration: string | null
  routing: { before: RoutingEntry | null; after: RoutingEntry | null } | null
}

/** A commit that is a report and nothing else: nearly all of them are. */
export interface ReportEntry {
  kind: 'report'
  id: string
  expectedVersion: number
  wakeAt: number | null
  state: string
  time: number
  data: string
}

/** Where somebody stands. The attempt's id says the rest. */
export type Place = Pick<Waiter, 'attemptId' | 'line' | 'priority' | 'since'>

export interface SessionEntry extends CommitCells {
  kind: 'session'
  status: string
  agentId: string
  workflowId: string
  startedAt: number
  endedAt: number | null
  definitionHash: string
  head: string
  tasks: { place: number; text: string }[]
  /** `null` where none comes along. */
  definition: WorkflowDefinition | 'stored' | null
  leave: string[]
  join: Place[]
}

export type Entry = AgentEntry | ReportEntry | SessionEntry | { kind: 'request'; request: WriteRequest }

export function writeRequest(cells: Cell[], request: WriteRequest): void {
  cells.push(REQUEST, JSON.stringify(request))
}

/**
 * `now` is by which once-records are taken as expired. A definition of which `isStored` holds is left out: it would be most of
 * what a session's start hands over.
 */
export function writeCommit(
  cells: Cell[],
  commit: Commit,
  { now, isStored }: { now: () => number; isStored: (hash: string) => boolean },
): void {
  if (commit.kind === 'agent' && isOneReport(commit)) return writeReport(cells, commit)
  if (commit.kind === 'agent') writeAgent(cells, commit)
  else writeSession(cells, commit, isStored)
  const { kind, events, effects, done, once } = commit
  const id = kind === 'agent' ? commit.agentId : commit.sessionId
  cells.push(events.length)
  for (const draft of events)
    cells.push(draft.type, draft.time, aboutOf(draft, { kind, id }), JSON.stringify(draft.data))
  cells.push(effects.length)
  for (const effect of effects) cells.push(effect.id, JSON.stringify(effect))
  cells.push(done.length, ...done)
  cells.push(once && once.length > 0 ? JSON.stringify({ records: once, now: now() }) : null)
}

function isOneReport({ reportOnly, routing, effects, done, once, registration }: AgentCommit): boolean {
  const alone = effects.length === 0 && done.length === 0 && once === undefined
  return reportOnly === true && alone && routing === undefined && registration === undefined
}

function writeReport(cells: Cell[], { agentId, expectedVersion, wakeAt, live, events }: AgentCommit): void {
  const [event] = events
  if (!event) throw new Error('A report has an event')
  cells.push(REPORT, agentId, expectedVersion, wakeAt, live.state, event.time, JSON.stringify(event.data))
}

function writeAgent(
  cells: Cell[],
  { agentId, expectedVersion, wakeAt, live, registration, routing }: AgentCommit,
): void {
  cells.push(AGENT, agentId, expectedVersion, wakeAt, live.state, live.deregisteredAt, JSON.stringify(live))
  cells.push(registration ? JSON.stringify(registration) : null, routing ? JSON.stringify(routing) : null)
}

function writeSession(cells: Cell[], commit: SessionCommit, isStored: (hash: string) => boolean): void {
  const { sessionId, expectedVersion, wakeAt, head, waiters, startOnly } = commit
  const tasks = startOnly ? [] : commit.tasks
  const definition = commit.definition && isStored(commit.definition.hash) ? 'stored' : commit.definition?.definition
  cells.push(SESSION, sessionId, expectedVersion, wakeAt, head.status, head.agentId, head.workflowId)
  cells.push(
    head.startedAt,
    head.endedAt,
    head.definitionHash,
    startOnly ? NO_HEAD : JSON.stringify(head),
    tasks.length,
  )
  for (const task of tasks) cells.push(taskIndexOf(task.taskId), JSON.stringify(task))
  cells.push(definition ? JSON.stringify(definition) : null, waiters.leave.length, ...waiters.leave)
  cells.push(waiters.join.length)
  for (const { attemptId, line, priority, since } of waiters.join) cells.push(attemptId, line, priority, since)
}

/** Reads the entries of a batch, in order. */
export function readEntries(cells: readonly Cell[]): Entry[] {
  const reader = readerOf(cells)
  const entries: Entry[] = []
  while (reader.more()) entries.push(readEntry(reader))
  return entries
}

type Reader = ReturnType<typeof readerOf>

function readerOf(cells: readonly Cell[]) {
  let at = 0
  const text = () => column.text(cells[at++])
  const number = () => column.number(cells[at++])
  return {
    text,
    number,
    more: () => at < cells.length,
    textOrNull: () => column.textOrNull(cells[at++]),
    numberOrNull: () => column.numberOrNull(cells[at++]),
    list: <T>(read: () => T): T[] => Array.from({ length: number() }, read),
  }
}

function readEntry(reader: Reader): Entry {
  const { text, number, textOrNull, numberOrNull, list } = reader
  const kind = number()
  if (kind === REQUEST) return { kind: 'request', request: JSON.parse(text()) }
  const aggregate = { id: text(), expectedVersion: number(), wakeAt: numberOrNull() }
  if (kind === REPORT) return { kind: 'report', ...aggregate, state: text(), time: number(), data: text() }
  if (kind === AGENT) {
    return {
      kind: 'agent',
      ...aggregate,
      state: text(),
      deregisteredAt: numberOrNull(),
      live: text(),
      registration: textOrNull(),
      routing: JSON.parse(textOrNull() ?? 'null'),
      ...readCommon(reader),
    }
  }
  return {
    kind: 'session',
    ...aggregate,
    status: text(),
    agentId: text(),
    workflowId: text(),
    startedAt: number(),
    endedAt: numberOrNull(),
    definitionHash: text(),
    head: text(),
    tasks: list(() => ({ place: number(), text: text() })),
    definition: JSON.parse(textOrNull() ?? 'null'),
    leave: list(text),
    join: list(() => ({ attemptId: text(), line: text(), priority: number(), since: number() })),
    ...readCommon(reader),
  }
}

function readCommon({ text, number, textOrNull, list }: Reader) {
  return {
    events: list(() => ({ type: text(), time: number(), about: textOrNull(), data: text() })),
    effects: list(() => ({ id: text(), text: text() })),
    done: list(text),
    once: JSON.parse(textOrNull() ?? 'null'),
  }
}
