import type { SessionStatus } from '@opscore/contract'

/** The count of a store that holds no session. */
export const NO_SESSIONS: Readonly<Record<SessionStatus, number>> = {
  started: 0,
  running: 0,
  paused: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
}
