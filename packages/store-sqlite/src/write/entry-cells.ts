/** An entry of a batch as flat cells, and back. Both directions are here, as each must mirror the other. */

import type { WorkflowDefinition } from '@opscore/contract'
import type { AgentCommit, Commit, OnceRecord, RoutingEntry, SessionCommit } from '@opscore/engine/store'
import { aboutTextOf, type TaskState, taskIndexOf } from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import type { Cell, WriteRequest } from '../thread/write-request.ts'
import type { Place } from './session-start.ts'
import { NO_HEAD, startTextOf, waitingTextOf } from './session-start.ts'

const AGENT = 1
const SESSION = 2
const REQUEST = 3
const REPORT = 4
const START = 5
const TOGETHER = 6
/** In place of a definition that the store should have. */
export const STORED = 'stored'

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

export interface SessionEntry extends CommitCells {
  kind: 'session'
  status: string
  endedAt: number | null
  head: string
  tasks: { place: number; text: string }[]
  leave: string[]
  join: Place[]
}

/** A session's first commit. */
export interface StartEntry extends Omit<CommitCells, 'expectedVersion' | 'events'> {
  kind: 'start'
  status: string
  agentId: string
  workflowId: string
  startedAt: number
  endedAt: number | null
  definitionHash: string
  head: string
  /** How many events it has, and the text that holds them (session-start.ts). */
  events: number
  start: string
  /** Of a short one: who waits in it (session-start.ts), and the line of the first; `null` where nobody does. */
  waiting: string | null
  line: string | null
  /** Of a long one. */
  join: Place[]
  /** `null` where none comes along. */
  definition: WorkflowDefinition | typeof STORED | null
  tasks: { place: number; text: string }[]
}

export type CommitEntry = AgentEntry | ReportEntry | SessionEntry | StartEntry
/** Commits of which all take effect, or none. */
export type TogetherEntry = { kind: 'together'; entries: CommitEntry[] }
export type Entry = CommitEntry | TogetherEntry | { kind: 'request'; request: WriteRequest }

export function writeRequest(cells: Cell[], request: WriteRequest): void {
  cells.push(REQUEST, JSON.stringify(request))
}

/** Says that so many commits follow of which all take effect, or none. */
export function writeTogether(cells: Cell[], count: number): void {
  cells.push(TOGETHER, count)
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
  if (commit.kind === 'session' && commit.expectedVersion === 0) writeStart(cells, commit, isStored)
  else {
    if (commit.kind === 'agent') writeAgent(cells, commit)
    else writeSession(cells, commit)
    writeEvents(cells, commit)
  }
  const { effects, done, once } = commit
  cells.push(effects.length)
  for (const effect of effects) cells.push(effect.id, JSON.stringify(effect))
  cells.push(done.length, ...done)
  cells.push(once && once.length > 0 ? JSON.stringify({ records: once, now: now() }) : null)
}

function writeEvents(cells: Cell[], commit: Commit): void {
  const { kind, events } = commit
  const id = kind === 'agent' ? commit.agentId : commit.sessionId
  cells.push(events.length)
  for (const draft of events) {
    cells.push(draft.type, draft.time, aboutTextOf(draft, { kind, id }), JSON.stringify(draft.data))
  }
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

function writeStart(cells: Cell[], commit: SessionCommit, isStored: (hash: string) => boolean): void {
  const { sessionId, wakeAt, head, waiters, startOnly, events } = commit
  const { status, agentId, workflowId, startedAt, endedAt, definitionHash } = head
  cells.push(START, sessionId, wakeAt, status, agentId, workflowId, startedAt, endedAt, definitionHash)
  cells.push(startOnly ? NO_HEAD : JSON.stringify(head), events.length, startTextOf(events, head))
  const few = startOnly ? waiters.join : []
  cells.push(waitingTextOf(few, sessionId), few[0]?.line ?? null)
  writePlaces(cells, startOnly ? [] : waiters.join)
  const { definition } = commit
  cells.push(definition ? (isStored(definitionHash) ? STORED : JSON.stringify(definition.definition)) : null)
  writeTasks(cells, startOnly ? [] : commit.tasks)
}

function writeSession(
  cells: Cell[],
  { sessionId, expectedVersion, wakeAt, head, tasks, waiters }: SessionCommit,
): void {
  cells.push(SESSION, sessionId, expectedVersion, wakeAt, head.status, head.endedAt, JSON.stringify(head))
  writeTasks(cells, tasks)
  cells.push(waiters.leave.length, ...waiters.leave)
  writePlaces(cells, waiters.join)
}

function writePlaces(cells: Cell[], places: readonly Place[]): void {
  cells.push(places.length)
  for (const { attemptId, line, priority, since } of places) cells.push(attemptId, line, priority, since)
}

function writeTasks(cells: Cell[], tasks: readonly TaskState[]): void {
  cells.push(tasks.length)
  for (const task of tasks) cells.push(taskIndexOf(task.taskId), JSON.stringify(task))
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
    list<T>(read: () => T): T[] {
      const items: T[] = []
      for (let left = number(); left > 0; left--) items.push(read())
      return items
    },
  }
}

function readEntry(reader: Reader): Entry {
  const { text, number } = reader
  const kind = number()
  if (kind === REQUEST) return { kind: 'request', request: JSON.parse(text()) }
  if (kind === TOGETHER) return { kind: 'together', entries: reader.list(() => readCommit(reader, number())) }
  return readCommit(reader, kind)
}

function readCommit(reader: Reader, kind: number): CommitEntry {
  const { text, number, textOrNull, numberOrNull } = reader
  if (kind === START) return readStart(reader)
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
      events: readEvents(reader),
      ...readCommon(reader),
    }
  }
  return {
    kind: 'session',
    ...aggregate,
    status: text(),
    endedAt: numberOrNull(),
    head: text(),
    tasks: readTasks(reader),
    leave: reader.list(text),
    join: readPlaces(reader),
    events: readEvents(reader),
    ...readCommon(reader),
  }
}

function readStart(reader: Reader): StartEntry {
  const { text, number, textOrNull, numberOrNull } = reader
  return {
    kind: 'start',
    id: text(),
    wakeAt: numberOrNull(),
    status: text(),
    agentId: text(),
    workflowId: text(),
    startedAt: number(),
    endedAt: numberOrNull(),
    definitionHash: text(),
    head: text(),
    events: number(),
    start: text(),
    waiting: textOrNull(),
    line: textOrNull(),
    join: readPlaces(reader),
    definition: readDefinition(textOrNull()),
    tasks: readTasks(reader),
    ...readCommon(reader),
  }
}

const readDefinition = (text: string | null): StartEntry['definition'] =>
  text === null || text === STORED ? text : JSON.parse(text)

const readPlaces = ({ text, number, list }: Reader): Place[] =>
  list(() => ({ attemptId: text(), line: text(), priority: number(), since: number() }))

const readTasks = ({ text, number, list }: Reader) => list(() => ({ place: number(), text: text() }))

const readEvents = ({ text, number, textOrNull, list }: Reader): EventCells[] =>
  list(() => ({ type: text(), time: number(), about: textOrNull(), data: text() }))

function readCommon({ text, textOrNull, list }: Reader) {
  return {
    effects: list(() => ({ id: text(), text: text() })),
    done: list(text),
    once: JSON.parse(textOrNull() ?? 'null'),
  }
}
