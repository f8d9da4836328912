/** Bounds of one session (reliability.md, "Defaults to ship"); beyond them it fails with a code of its own. */

import type { Json } from '@opscore/contract'
import { utf8Length } from '@opscore/contract/text'

export const MAX_PAYLOAD_BYTES = 256 * 1024
export const MAX_SESSION_BYTES = 4 * 1024 * 1024
export const MAX_SESSION_EVENTS = 20_000
/** A late result more than this is counted with the agent's history alone. */
export const MAX_LATE_RESULTS = 16

/** How many UTF-8 bytes a value has as JSON. */
export function sizeOf(value: Json): number {
  return value === null ? 4 : utf8Length(JSON.stringify(value))
}
