/**
 * What a session's step writes: only what it changed, with who joins and leaves the waiting lines. Tasks that did not
 * change are passed over at once: a step of a session of 500 tasks must not cost more than one of 10.
 */
import { attemptIdOf, isTerminal, parseAttemptId, parseTaskId, type SessionState } from '../core/session/state.ts'
import { sessionWakeAt } from '../core/session/timers.ts'
import type { Waiter } from '../core/waiting-line/waiter.ts'
import type { SessionCommit, Versioned } from '../ports/store.ts'
import type { Lines } from '../work/lines.ts'
import type { RunningSession, SessionOrder } from './agents-and-sessions.ts'
import type { Batch } from './aggregate-kind.ts'

/** Tasks of a session that starts: by their number in the definition, of which those reached are fewer. */
const SHORT = 8

type SessionBatch = Batch<RunningSession, SessionOrder>
/** At once, where every line that it needs is known. */
type Shaped = SessionCommit | Promise<SessionCommit>

export function createSessionCommit(lines: Pick<Lines, 'of'>) {
  function waiterAt({ session, workflow }: RunningSession, place: number): Waiter | Promise<Waiter> {
    const task = session.tasks[place]
    const definition = workflow.tasks[place]
    const attempt = task?.attempts.at(-1)
    if (!task || !definition || !attempt) throw new Error(`Task ${place} waits without a definition or an attempt`)
    const { taskId } = task
    const { sessionId } = session.head
    const attemptId = attemptIdOf(taskId, attempt.attempt)
    const { priority } = definition
    // Each refusal makes another waiter of it, which the router has not tried to place yet.
    const since = attempt.scheduledAt + (attempt.refused?.times ?? 0)
    const standing = (line: string): Waiter => ({ attemptId, sessionId, taskId, line, priority, since })
    const line = lines.of(definition, session, workflow)
    return typeof line === 'string' ? standing(line) : line.then(standing)
  }

  /** Of a session's first commit: whatever there is of it is new. */
  function startOf({ id, after, commands, events, effects, done, once }: SessionBatch): Shaped {
    const { session } = after
    const wakeAt = sessionWakeAt(session, after.workflow)
    const commit: SessionCommit = {
      kind: 'session',
      sessionId: id,
      expectedVersion: 0,
      events,
      wakeAt,
      effects,
      done,
      head: session.head,
      tasks: [],
      waiters: { join: [], leave: [] },
    }
    const waiting: (Waiter | Promise<Waiter>)[] = []
    for (const [place, task] of session.tasks.entries()) {
      if (task) commit.tasks.push(task)
      if (waitingAttempt(session, place) !== null) waiting.push(waiterAt(after, place))
    }
    if (isShort(session)) commit.startOnly = true
    const begun = commands.find((command) => command.type === 'begin')
    if (begun) commit.definition = { hash: session.head.definitionHash, definition: begun.keep }
    if (once.length > 0) commit.once = once
    return joined(commit, waiting)
  }

  function stepOf(before: Versioned<RunningSession>, batch: SessionBatch): Shaped {
    const { id, after, commands, events, effects, done, once } = batch
    const { session } = after
    const known = before.state.session
    const changed = changedPlaces(known, session)
    // Whether anybody waits at all has changed: with a pause, or with the session's end.
    const looked = mayWait(known) === mayWait(session) ? changed : [...session.tasks.keys()]
    const written = before.version === 1 && isShort(known) ? [...session.tasks.keys()] : changed
    const joining = new Set([...entering(known, session, looked), ...asking(session, commands)])
    const commit: SessionCommit = {
      kind: 'session',
      sessionId: id,
      expectedVersion: before.version,
      events,
      wakeAt: sessionWakeAt(session, after.workflow),
      effects,
      done,
      head: session.head,
      tasks: written.flatMap((place) => session.tasks[place] ?? []),
      waiters: { join: [], leave: leaving(known, session, looked) },
    }
    if (once.length > 0) commit.once = once
    return joined(
      commit,
      [...joining].map((place) => waiterAt(after, place)),
    )
  }

  return (batch: SessionBatch): Shaped => (batch.before ? stepOf(batch.before, batch) : startOf(batch))
}

/** At once, where every line is known. */
function joined(commit: SessionCommit, waiters: (Waiter | Promise<Waiter>)[]): Shaped {
  const join = (all: Waiter[]): SessionCommit => {
    commit.waiters.join = all
    return commit
  }
  const isHere = (waiter: Waiter | Promise<Waiter>): waiter is Waiter => !(waiter instanceof Promise)
  return waiters.every(isHere) ? join(waiters) : Promise.all(waiters).then(join)
}

/** Few enough tasks to be folded from their events, and to be written once more with the next step. */
const isShort = ({ tasks }: SessionState): boolean => tasks.length <= SHORT

function changedPlaces(before: SessionState, after: SessionState): number[] {
  const places: number[] = []
  for (const [place, task] of after.tasks.entries()) if (task !== before.tasks[place]) places.push(place)
  return places
}

const mayWait = ({ head }: SessionState): boolean => head.status !== 'paused' && !isTerminal(head.status)

/** The attempt that stands in a line for the task at this place. */
function waitingAttempt(session: SessionState, place: number): string | null {
  const task = session.tasks[place]
  if (task?.status !== 'pending' || !mayWait(session)) return null
  const attempt = task.attempts.at(-1)
  return attempt && attempt.endedAt === null && attempt.agentId === null
    ? attemptIdOf(task.taskId, attempt.attempt)
    : null
}

/** The tasks, by their index, with an attempt that came to stand in a line. */
export function attemptsThatCame(before: SessionState | null, after: SessionState): number[] {
  if (before) return entering(before, after, changedPlaces(before, after))
  return [...after.tasks.keys()].filter((place) => waitingAttempt(after, place) !== null)
}

function entering(before: SessionState, after: SessionState, places: readonly number[]): number[] {
  return places.filter((place) => {
    const attemptId = waitingAttempt(after, place)
    return attemptId !== null && attemptId !== waitingAttempt(before, place)
  })
}

/** Those that wait already, and of which it was said that they may have to wait elsewhere. */
function asking(after: SessionState, commands: readonly SessionOrder[]): number[] {
  return commands.flatMap((command) => {
    if (command.type !== 'requeue') return []
    const place = parseTaskId(parseAttemptId(command.attemptId)?.taskId ?? '')?.index ?? -1
    return waitingAttempt(after, place) === command.attemptId ? [place] : []
  })
}

function leaving(before: SessionState, after: SessionState, places: readonly number[]): string[] {
  return places.flatMap((place) => {
    const attemptId = waitingAttempt(before, place)
    return attemptId !== null && attemptId !== waitingAttempt(after, place) ? [attemptId] : []
  })
}
