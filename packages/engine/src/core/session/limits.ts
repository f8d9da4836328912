/** Bounds of one session (reliability.md, "Defaults to ship"); beyond them it fails with a code of its own. */

import type { Json, TaskFailure } from '@opscore/contract'
import { utf8Length } from '@opscore/contract/text'

export const MAX_PAYLOAD_BYTES = 256 * 1024
export const MAX_SESSION_BYTES = 4 * 1024 * 1024
export const MAX_SESSION_EVENTS = 20_000
/** A late result more than this is counted with the agent's history alone. */
export const MAX_LATE_RESULTS = 16

/** Why a result is not taken; `null` where it is. */
export function refusalOf(result: Json): TaskFailure | null {
  const bytes = sizeOf(result)
  if (bytes <= MAX_PAYLOAD_BYTES) return null
  return { code: 'RESULT_TOO_LARGE', message: `The result has ${bytes} bytes, more than ${MAX_PAYLOAD_BYTES}` }
}

/** How many UTF-8 bytes a value has as JSON. */
export function sizeOf(value: Json): number {
  return value === null ? 4 : utf8Length(JSON.stringify(value))
}
