import type { SessionEvent } from '../../core/session/events.ts'
import { evolveSession } from '../../core/session/evolve.ts'
import type { SessionState } from '../../core/session/state.ts'
import { eventOf } from './event-row.ts'

/** In place of a head whose session has its start alone: its events, which are there anyway, say the rest. */
export const NO_HEAD = ''

/** What `readStart` reads of the session with a number. */
export const EVENTS_BY_NO = `SELECT e.position, e.time, e.type, s.session_id AS id, e.about, e.data
  FROM session_event e JOIN session s ON s.session_no = e.session_no WHERE e.session_no = ? ORDER BY e.position`

/** A session as rows of its events tell it, oldest first, as `eventOf` reads them. */
export function readStart(rows: Iterable<Record<string, unknown>>): SessionState {
  let state: SessionState | null = null
  // The log of a session holds nothing but its events.
  for (const row of rows) state = evolveSession(state, eventOf(row, 'session') as SessionEvent)
  if (!state) throw new Error('A session without a head has no events')
  return state
}
