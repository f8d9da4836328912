/** Sessions as the engine runs them: the mailbox over the pure session, with its waiters and its wake-up. */

import { DomainError } from '../core/domain-error.ts'
import { decideSession } from '../core/session/decide.ts'
import { isTerminal, type SessionState } from '../core/session/state.ts'
import type { Definitions } from '../definitions.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { SessionCommit, Store, Versioned } from '../ports/store.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import type { Lines } from '../work/lines.ts'
import type { RunningSession, SessionOrder, Sessions, Steps } from './agents-and-sessions.ts'
import type { Batch, Decided, Draft } from './aggregate-kind.ts'
import { createMailbox } from './mailbox.ts'
import type { Outcomes } from './outcome.ts'
import { createSessionCommit } from './session-commit.ts'

/**
 * Bytes of sessions kept in memory: those that move are found here. By weight and not by number, as a session of 500 tasks
 * that is read anew for every step costs four times as much a task as one of 10, and 10,000 of them would be gigabytes.
 */
const CACHED_SESSIONS = 64 * 1024 * 1024
/** Of those, sessions that began and have to wait: what goes on at once is asked for again within milliseconds. */
const STARTED_SESSIONS = 256 * 1024
/** Bytes that a session's head or one of its tasks takes in memory, beside payloads and results. */
const FRAME = 1_536

export function createSessions(parts: {
  store: Store
  health: { writable: boolean }
  clock: Clock
  ids: Ids
  wakeQueue: WakeQueue
  definitions: Definitions
  lines: Pick<Lines, 'of'>
  outcomes: Pick<Outcomes, 'publish'>
  steps: Pick<Steps, 'ofSession'>
  /** `api` leaves effects to other processes. */
  role?: 'all' | 'api' | 'worker'
}): Sessions {
  const { store, clock, wakeQueue } = parts

  const toCommit = createSessionCommit(parts.lines)

  async function load(id: string): Promise<Versioned<RunningSession> | null> {
    const found = await store.loadSession(id)
    if (!found) return null
    const workflow = await parts.definitions.byHash(found.state.head.definitionHash)
    return { version: found.version, state: { session: found.state, workflow } }
  }

  function decide(
    id: string,
    running: RunningSession | null,
    order: SessionOrder,
    now: number,
  ): Decided<RunningSession> | null {
    const command = order.type === 'begin' ? order.command : order
    const workflow = order.type === 'begin' ? order.workflow : running?.workflow
    if (!workflow) throw new DomainError('SESSION_NOT_FOUND', `Session not found: ${id}`)
    const context = { now, workflow, random: parts.ids.random }
    const { state, events, effects } = decideSession(id, running?.session ?? null, command, context)
    const silent = command.type === 'requeue' || command.type === 'heartbeat'
    if (events.length === 0 && effects.length === 0 && !silent) return null
    return { state: { session: state, workflow }, events, effects }
  }

  function committed(
    { id, effects }: Batch<RunningSession, SessionOrder>,
    version: number,
    { wakeAt, waiters }: SessionCommit,
  ): void {
    if (wakeAt === null) wakeQueue.cancel({ kind: 'session', id })
    else wakeQueue.schedule({ kind: 'session', id, version, at: wakeAt })
    const { join: joined, leave: left } = waiters
    if (effects.length + joined.length + left.length === 0) return
    parts.outcomes.publish({ kind: 'session', id, version, effects, joined, left })
  }

  return createMailbox({
    name: 'session',
    store,
    now: clock.now,
    handsOver: parts.role === 'api',
    health: parts.health,
    load,
    decide,
    toCommit,
    company: (part) => (asksOthers(part.draft) ? parts.steps.ofSession(part) : []),
    committed,
    capacity: CACHED_SESSIONS,
    trial: STARTED_SESSIONS,
    weight: (running) => (running ? weightOf(running.session) : FRAME),
    isOver: ({ session }) => isTerminal(session.head.status),
  })
}

/** Whether it asks anything of an agent, or may have a task for one. */
const asksOthers = ({ effects, events }: Draft<RunningSession, SessionOrder>): boolean =>
  effects.length > 0 || events.some(({ type }) => type === 'task.scheduled')

/** In bytes, roughly. */
function weightOf({ head, tasks }: SessionState): number {
  return head.bytes + FRAME * (1 + tasks.length)
}
