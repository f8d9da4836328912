/**
 * What one session's log must hold against the definition it ran by, event by event. Each breach begins with the number
 * of its invariant (reliability.md, "Invariants").
 */

import type { CompiledTask, CompiledWorkflow } from '@opscore/workflow'
import type { CommittedEvent } from '../../src/core/event.ts'
import type { SessionEvent } from '../../src/core/session/events.ts'
import type { TaskEvent } from '../../src/core/session/evolve-task.ts'
import { REFUSAL } from './sim-link.ts'

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>

interface Attempt {
  number: number
  scheduledAt: number
  assignedAt: number | null
  dispatchedAt: number | null
  over: boolean
  /** Pauses that were over before it: by a clock that was set back they may lie behind its beginning. */
  pausesBefore: number
}

interface Track {
  attempts: Attempt[]
  firstAttempt: number
  ended: boolean
  taken: readonly string[]
  /** The failure that the task's last event told of, where it was one that another attempt may heal. */
  healable: boolean
  /** A retry of the session runs it again: what it follows was looked at in the epoch before. */
  again: boolean
}

interface History {
  workflow: CompiledWorkflow
  tasks: Map<string, Track>
  ended: SessionEvent['type'] | null
  /** Since when it is paused, and the pauses that are over. */
  pausedAt: number | null
  pauses: { from: number; to: number }[]
  deadline: number
  found: string[]
}

const ENDS = new Set<string>(['session.completed', 'session.failed', 'session.cancelled'])
/** Time-outs of clocks that stand still in a pause. */
const STANDING = new Set<string>(['SCHEDULE_TO_START_TIMEOUT', 'SCHEDULE_TO_CLOSE_TIMEOUT'])
const HEALABLE = new Set<string>(['SCRIPTED', 'START_TO_CLOSE_TIMEOUT', 'AGENT_LOST', 'DISPATCH_FAILED'])

export function historyBreaches(log: readonly CommittedEvent[], workflow: CompiledWorkflow): string[] {
  const found: string[] = []
  const history: History = {
    workflow,
    tasks: new Map(),
    ended: null,
    pausedAt: null,
    pauses: [],
    deadline: 0,
    found,
  }
  // The log of a session holds its events alone.
  for (const event of log) follow(history, event as unknown as SessionEvent)
  if (history.ended === 'session.completed') {
    for (const { taskId } of workflow.tasks) {
      if (!history.tasks.get(taskId)?.ended) found.push(`5: the session is completed without ${taskId}`)
    }
  }
  return found.map((breach) => `${breach} (session ${log[0]?.sessionId})`)
}

function follow(history: History, event: SessionEvent): void {
  const { ended, found } = history
  const mayFollow =
    event.type === 'task.late_result' || (event.type === 'session.retried' && ended === 'session.failed')
  if (ended && !mayFollow && !(event.type === 'task.completed' && event.data.adopted)) {
    found.push(`2: ${event.type} after ${ended}`)
  }
  if ('taskDefinitionId' in event) return followTask(history, event)
  if (ENDS.has(event.type)) history.ended = event.type
  if (event.type === 'session.started') history.deadline = event.data.deadline
  if (event.type === 'session.paused') history.pausedAt = event.time
  if (event.type === 'session.resumed') {
    history.pauses.push({ from: history.pausedAt ?? event.time, to: event.time })
    history.pausedAt = null
  }
  if (event.type === 'session.failed' && history.pausedAt !== null)
    found.push('9: the session failed while it was paused')
  if (event.type === 'session.retried') reopen(history, event)
  if (event.type === 'session.failed' && event.data.error.code === 'SESSION_TIMEOUT' && event.time < history.deadline) {
    found.push(`9: the session timed out ${history.deadline - event.time} ms early`)
  }
}

function reopen(history: History, { data }: EventOf<'session.retried'>): void {
  Object.assign(history, { ended: null, pausedAt: null, deadline: data.deadline })
  for (const taskId of data.tasks) {
    const track = history.tasks.get(taskId)
    if (!track) continue
    Object.assign(track, { ended: false, taken: [], again: true })
    track.firstAttempt = (track.attempts.at(-1)?.number ?? 0) + 1
  }
}

function followTask(history: History, event: TaskEvent): void {
  const definition = history.workflow.byId.get(event.taskDefinitionId)
  if (!definition) return void history.found.push(`5: ${event.taskDefinitionId} is not in the session's definition`)
  const track = trackOf(history, event.taskDefinitionId)
  const say = (breach: string) => void history.found.push(`${breach} of ${event.taskId}`)
  const { healable } = track
  if (event.type !== 'task.late_result') track.healable = false
  if (track.ended && event.type !== 'task.late_result') say(`8: ${event.type} after the end`)
  switch (event.type) {
    case 'task.scheduled':
      return scheduled(history, definition, track, event, say)
    case 'task.retry_scheduled':
      return waits(definition, track, event, say)
    case 'task.failed':
      if (healable && made(track) < definition.retry.maxAttempts && definition.timeouts.scheduleToClose === null) {
        say(`7: it gave up after ${made(track)} of ${definition.retry.maxAttempts} attempts`)
      }
      inTime(history, definition, track, event, say)
      return end(track, event.data.taken)
    case 'task.skipped':
    case 'task.cancelled':
      return end(track, [])
    case 'task.completed':
      // Between two attempts only a person says so, and names none.
      if (!event.data.adopted && (event.attempt !== undefined || !track.attempts.at(-1)?.over))
        openOf(track, event, say)
      return end(track, event.data.taken)
    case 'task.late_result':
    case 'task.waiting':
    case 'task.decided':
    case 'task.escalated':
      return
    default:
      return attempted(history, definition, track, event, say)
  }
}

type Say = (breach: string) => void

const made = (track: Track): number => (track.attempts.at(-1)?.number ?? 0) - track.firstAttempt + 1

function trackOf({ tasks }: History, taskId: string): Track {
  const known = tasks.get(taskId)
  if (known) return known
  const track: Track = { attempts: [], firstAttempt: 1, ended: false, taken: [], healable: false, again: false }
  tasks.set(taskId, track)
  return track
}

function end(track: Track, taken: readonly string[]): void {
  for (const attempt of track.attempts) attempt.over = true
  Object.assign(track, { ended: true, taken })
}

/** The attempt that the event speaks of, which must be under way. */
function openOf(track: Track, event: TaskEvent, say: Say): Attempt | undefined {
  const attempt = track.attempts.find(({ number }) => number === event.attempt)
  if (!attempt || attempt.over) say(`4: ${event.type} for attempt ${event.attempt}, which is over`)
  return attempt
}

function scheduled(history: History, definition: CompiledTask, track: Track, event: TaskEvent, say: Say): void {
  const number = event.attempt ?? 1
  const last = track.attempts.at(-1)
  if (number !== (last?.number ?? 0) + 1) say(`4: attempt ${number} after ${last?.number ?? 0}`)
  if (last && !last.over) say(`4: attempt ${number} while the one before is open`)
  if (number - track.firstAttempt + 1 > definition.retry.maxAttempts) say(`7: attempt ${number} is one too many`)
  if (!last && !track.again && definition.index > 0) mayBegin(history, definition, say)
  track.attempts.push({
    number,
    scheduledAt: event.time,
    assignedAt: null,
    dispatchedAt: null,
    over: false,
    pausesBefore: history.pauses.length,
  })
}

function mayBegin({ tasks }: History, { taskId, incoming, join }: CompiledTask, say: Say): void {
  const sources = incoming.map((id) => tasks.get(id))
  if (!sources.some((source) => source?.ended && source.taken.includes(taskId))) say('5: nothing led to the beginning')
  if (join === 'all' && !sources.every((source) => source?.ended)) say('5: a join did not wait for the beginning')
}

/** The wait is never below the back-off (reliability.md, 7). */
function waits({ retry }: CompiledTask, track: Track, event: EventOf<'task.retry_scheduled'>, say: Say): void {
  const exact = retry.initialInterval * retry.backoffCoefficient ** (made(track) - 1)
  const least = Math.floor(Math.min(retry.maximumInterval, exact))
  const wait = event.data.retryAt - event.time
  if (wait < least) say(`7: a wait of ${wait} ms, less than the back-off of ${least} ms,`)
}

function attempted(
  history: History,
  definition: CompiledTask,
  track: Track,
  event: EventOf<'task.assigned' | 'task.dispatched' | 'task.refused' | 'task.running' | 'task.attempt_failed'>,
  say: Say,
): void {
  const attempt = openOf(track, event, say)
  if (!attempt) return
  if (event.type === 'task.assigned') {
    if (attempt.assignedAt !== null) say(`3: a second agent for attempt ${attempt.number}`)
    if (history.pausedAt !== null) say('5: an attempt began in a pause')
    attempt.assignedAt = event.time
  }
  if (event.type === 'task.dispatched') attempt.dispatchedAt = event.data.since ?? event.time
  if (event.type === 'task.refused') Object.assign(attempt, { assignedAt: null, dispatchedAt: null })
  if (event.type !== 'task.attempt_failed') return
  inTime(history, definition, track, event, say)
  if (event.data.error.message === REFUSAL) say(`17: a refusal cost attempt ${attempt.number}`)
  attempt.over = true
  track.healable = HEALABLE.has(event.data.error.code)
}

/** No time-out before its deadline (reliability.md, 9). */
function inTime(
  { pauses, pausedAt }: History,
  { timeouts }: CompiledTask,
  track: Track,
  event: EventOf<'task.attempt_failed' | 'task.failed'>,
  say: Say,
): void {
  const attempt = track.attempts.at(-1)
  if (!attempt) return
  const first = track.attempts.find(({ number }) => number >= track.firstAttempt)
  // These two stand still in a pause.
  const after = ({ scheduledAt, pausesBefore }: Pick<Attempt, 'scheduledAt' | 'pausesBefore'>, time: number) =>
    pauses
      .slice(pausesBefore)
      .reduce((at, { from, to }) => at + Math.max(0, to - Math.max(from, scheduledAt)), scheduledAt + time)
  const deadlines: Record<string, number> = {
    SCHEDULE_TO_START_TIMEOUT: after(attempt, timeouts.scheduleToStart),
    START_TO_CLOSE_TIMEOUT: (attempt.dispatchedAt ?? attempt.assignedAt ?? attempt.scheduledAt) + timeouts.startToClose,
    SCHEDULE_TO_CLOSE_TIMEOUT: after(first ?? attempt, timeouts.scheduleToClose ?? 0),
  }
  const { code } = event.data.error
  const early = (deadlines[code] ?? 0) - event.time
  if (early > 0) say(`9: ${code} ${early} ms early`)
  if (pausedAt !== null && STANDING.has(code)) say(`9: ${code} in a pause`)
}
