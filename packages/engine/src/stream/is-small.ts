import type { Json } from '@opscore/contract'

/** About as many characters as a value has as JSON. */
export function lengthOf(value: Json): number {
  return UNBOUNDED - spend(value, UNBOUNDED)
}

/** More than any value that was parsed from a body. */
const UNBOUNDED = 2 ** 40

/** Whether a value has about no more than `limit` characters as JSON; looks no further than it must. */
export function isSmall(value: Json, limit: number): boolean {
  return spend(value, limit) >= 0
}

/** What is left of the budget; below 0 once it is used up. */
function spend(value: Json, budget: number): number {
  if (typeof value === 'string') return budget - value.length - 2
  if (typeof value !== 'object' || value === null) return budget - 5
  let left = budget - 2
  for (const key in value) {
    if (left < 0) return left
    const inner = Array.isArray(value) ? value[Number(key)] : value[key]
    left = spend(inner ?? null, left - (Array.isArray(value) ? 1 : key.length + 4))
  }
  return left
}
