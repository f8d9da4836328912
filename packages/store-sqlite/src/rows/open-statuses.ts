import { SESSION_STATUSES } from '@opscore/contract'
import { isTerminal } from '@opscore/engine/store'

/** Of sessions that have not ended. */
export const OPEN_STATUSES: readonly string[] = SESSION_STATUSES.filter((status) => !isTerminal(status))
