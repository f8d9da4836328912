/** Words of which one is chosen: the entry `@opscore/contract/words`, which brings in nothing else, so it is read at once. */

export const SESSION_STATUSES = ['started', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const

/** What a key may do. `admin` is everything, and alone makes and revokes keys. */
export const SCOPES = ['admin', 'read', 'agents', 'trigger', 'operate', 'approve', 'metrics'] as const

export const ATTENTION_KINDS = [
  'session_failed',
  'session_stalled',
  'approval_open',
  'agent_in_error',
  'agent_unreachable',
  'agent_offline',
  'agent_hung',
] as const

/** Which end of a list is read first: the oldest (`asc`) or the newest (`desc`). */
export const READ_ORDERS = ['asc', 'desc'] as const

export const BULK_ACTIONS = ['cancel', 'retry', 'pause', 'resume'] as const

/** What a schedule does about a time that comes while a session of an earlier one is open. */
export const SCHEDULE_OVERLAPS = ['skip', 'queue', 'cancel', 'allow'] as const
