/** Words of which one is chosen: the entry `@opscore/contract/words`, which brings in nothing else, so it is read at once. */

export const SESSION_STATUSES = ['started', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const

/** What a key may do. `admin` is everything, and alone makes and revokes keys. */
export const SCOPES = ['admin', 'read', 'agents', 'trigger', 'operate', 'metrics'] as const
