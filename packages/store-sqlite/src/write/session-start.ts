/** A session's start as its row keeps it, which is all that its first commit writes of it (sqlite-migrations/0007-starts-in-one-row.ts). */
import type { DefinitionProblem, JsonObject, ReadOrder } from '@opscore/contract'
import { parseStored } from '@opscore/contract/exact-json'
import type { CommittedEvent, EventDraft, SessionEvent } from '@opscore/engine/store'
import {
  aboutOf,
  eventOfParts,
  evolveSession,
  type SessionHead,
  type SessionState,
  taskIdOf,
  taskIndexOf,
  type Waiter,
} from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import { eventOf } from '../rows/event-row.ts'

/** Where somebody stands. The attempt's id says the rest. */
export type Place = Pick<Waiter, 'attemptId' | 'line' | 'priority' | 'since'>

/** In place of a head whose session has its start alone: its events, which are there anyway, say the rest. */
export const NO_HEAD = ''

/** What an event of the session is about: nothing else, one of its tasks, or, as `aboutOf` has it, whatever it may be. */
type StoredAbout = null | [place: number, taskDefinitionId: string, attempt: number] | ReturnType<typeof aboutOf>
type StoredEvent = [type: string, time: number, about: StoredAbout, data: EventDraft['data']]

type Started = Extract<SessionEvent, { type: 'session.started' }>
/** Of a `session.started`, whose type is left out, what its session's row has no column for. */
type StoredStarted = [
  type: null,
  time: number,
  workflowVersion: string | null,
  workflowRevision: number | null,
  input: JsonObject | null,
  metadata: JsonObject,
  warnings: DefinitionProblem[],
  deadline: number,
]

/** The events of a session's first commit as one text. */
export function startTextOf(events: readonly EventDraft[], head: SessionHead): string {
  return JSON.stringify(events.map((draft) => storedOf(draft, head)))
}

function storedOf(draft: EventDraft, head: SessionHead): StoredEvent | StoredStarted {
  const about = storedAbout(draft, head.sessionId)
  if (about !== null || !isAsItsRow(draft, head)) return [draft.type, draft.time, about, draft.data]
  const { workflowVersion, workflowRevision, input, metadata, warnings, deadline } = draft.data
  return [null, draft.time, workflowVersion, workflowRevision, input, metadata, warnings, deadline]
}

function isAsItsRow(draft: EventDraft, head: SessionHead): draft is Started {
  if (draft.type !== 'session.started') return false
  const { workflowId, definitionHash, agentId }: Partial<Started['data']> = draft.data
  return workflowId === head.workflowId && definitionHash === head.definitionHash && agentId === head.agentId
}

/** `columns` as `STARTS` reads them. */
function startedOf(stored: StoredStarted, columns: string) {
  const [, time, workflowVersion, workflowRevision, input, metadata, warnings, deadline] = stored
  const [workflowId = '', definitionHash = '', agentId = ''] = namesIn(columns)
  const of = { workflowId, workflowVersion, workflowRevision, definitionHash, agentId }
  const data: Started['data'] = { ...of, input, metadata, warnings, deadline }
  return { type: 'session.started', time, about: null, data }
}

const namesIn = (columns: string): string[] => JSON.parse(columns)

function storedAbout(draft: EventDraft, sessionId: string): StoredAbout {
  const { taskId, taskDefinitionId, attempt } = draft
  const isOfTask = draft.sessionId === sessionId && draft.agentId === undefined && taskDefinitionId !== undefined
  if (isOfTask && attempt !== undefined && taskId !== undefined) {
    const place = taskIndexOf(taskId)
    if (taskId === taskIdOf(sessionId, place)) return [place, taskDefinitionId, attempt]
  }
  return aboutOf(draft, { kind: 'session', id: sessionId })
}

function aboutIn(stored: StoredAbout, sessionId: string): ReturnType<typeof aboutOf> {
  if (!Array.isArray(stored)) return stored
  const [place, taskDefinitionId, attempt] = stored
  return { sessionId, taskId: taskIdOf(sessionId, place), taskDefinitionId, attempt }
}

/** Without the session's id, with which an attempt's begins. */
type Waiting = [attempt: string, line: string, priority: number, since: number]

/** Those who wait since a session's first commit, as one text; `null` for nobody. */
export function waitingTextOf(waiters: readonly Place[], sessionId: string): string | null {
  if (waiters.length === 0) return null
  const cells = waiters.map(({ attemptId, line, priority, since }): Waiting => {
    return [attemptId.slice(sessionId.length), line, priority, since]
  })
  return JSON.stringify(cells)
}

export function waitingIn(text: string | null, sessionId: string): Place[] {
  if (text === null) return []
  const waiting: Waiting[] = JSON.parse(text)
  return waiting.map(([attempt, line, priority, since]) => ({ attemptId: sessionId + attempt, line, priority, since }))
}

/** What `eventsOf` reads of sessions' starts, in the order of the log. */
export const STARTS = `SELECT s.session_no AS position, 'start' AS kind, s.session_id AS id, s.started_at AS time, NULL AS type,
    json_array(s.workflow_id, s.definition_hash, s.agent_id) AS about, s.start AS data
  FROM session s WHERE s.start IS NOT NULL`
/** What it reads of sessions' other events. */
export const LATER_EVENTS = `SELECT e.position, 'session' AS kind, s.session_id AS id, e.time, e.type, e.about, e.data
  FROM session_event e CROSS JOIN session s ON s.session_no = e.session_no`
/** What it reads of the one session whose column `by` is the first parameter, in order; of its later events those that `behind` lets by. */
export const eventsBy = (
  by: 'session_no' | 'session_id',
  behind = 'true',
  order = 'ASC',
): string => `${STARTS} AND s.${by} = ?1
  UNION ALL SELECT e.position, 'session', s.session_id, e.time, e.type, e.about, e.data
  FROM session s CROSS JOIN session_event e ON e.session_no = s.session_no WHERE s.${by} = ?1 AND ${behind} ORDER BY 1 ${order}`

/** The events of a start's row. */
export function partsOf(row: Record<string, unknown>) {
  const stored: (StoredEvent | StoredStarted)[] = parseStored(column.text(row.data))
  return stored.map((event) => {
    if (event[0] === null) return startedOf(event, column.text(row.about))
    const [type, time, about, data] = event
    return { type, time, about: aboutIn(about, column.text(row.id)), data }
  })
}

/** The events of a row: one, or all of a start. */
function eventsOf(row: Record<string, unknown>): CommittedEvent[] {
  if (row.kind !== 'start') return [eventOf(row, row.kind === 'agent' ? 'agent' : 'session')]
  const aggregate = { kind: 'session', id: column.text(row.id) } as const
  const first = column.number(row.position)
  return partsOf(row).map((parts, index) => eventOfParts(aggregate, parts, { partition: 0, position: first + index }))
}

/** The events of rows one by one, each with the characters that its data takes; `desc` where the rows come newest first. */
export function* weighedEvents(rows: Iterable<Record<string, unknown>>, order: ReadOrder = 'asc') {
  for (const row of rows) {
    const isOne = row.kind !== 'start'
    const events = eventsOf(row)
    for (const event of order === 'desc' ? events.reverse() : events) {
      yield { event, characters: isOne ? column.text(row.data).length : JSON.stringify(event.data).length }
    }
  }
}

/** A session as rows of its events tell it, oldest first. */
export function readStart(rows: Iterable<Record<string, unknown>>): SessionState {
  let state: SessionState | null = null
  // The log of a session holds nothing but its events.
  for (const row of rows) for (const event of eventsOf(row)) state = evolveSession(state, event as SessionEvent)
  if (!state) throw new Error('A session without a head has no events')
  return state
}
