import type { Json } from '@opscore/contract'

/**
 * An integer beyond 2^53 that was kept as it was written (`JSON.rawJSON`) as the nearest number: what expressions calculate
 * with. What holds such an integer is handed on as it is.
 */
export function numberOf(value: Json): Json {
  return typeof value === 'object' && JSON.isRawJSON(value) ? Number(JSON.stringify(value)) : value
}
