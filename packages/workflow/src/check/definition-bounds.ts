/** What any definition must keep before a closer look is worth it. One pass, given up at the first breach. */

import type { Json } from '@opscore/contract'
import { utf8Length } from '@opscore/contract/text'
import { pointer } from './problem-list.ts'

export const MAX_DEFINITION_BYTES = 1024 * 1024
export const MAX_DEFINITION_DEPTH = 32

/**
 * Keys and values. A key that no other object has takes the checker a microsecond, and as long again to be hashed: 1 MiB
 * of them would hold everybody else up for a fifth of a second. 500 tasks may have 80 each.
 */
const MAX_PARTS = 40_000

/** Where, outermost first, and what. */
interface Breach {
  keys: (string | number)[]
  message: string
}

/** Whether `value` is JSON of a size, depth and kind that may be looked at; if not, `onBreach` hears the first reason. */
export function isWithinBounds(value: unknown, onBreach: (path: string, message: string) => void): value is Json {
  const breach = breachIn(value, 0, { bytes: 0, parts: 0 })
  if (breach) onBreach(breach.keys.reduce<string>(pointer, ''), breach.message)
  return breach === null
}

/** `soFar` counts the bytes of its JSON text, without white space and escapes, and its keys and values. */
function breachIn(part: unknown, depth: number, soFar: { bytes: number; parts: number }): Breach | null {
  soFar.bytes += sizeOf(part)
  soFar.parts += 1
  if (soFar.bytes > MAX_DEFINITION_BYTES) return { keys: [], message: 'The definition is larger than 1 MiB' }
  if (soFar.parts > MAX_PARTS) return { keys: [], message: `The definition has more than ${MAX_PARTS} keys and values` }
  if (depth > MAX_DEFINITION_DEPTH) {
    return { keys: [], message: `The definition is nested more than ${MAX_DEFINITION_DEPTH} deep` }
  }
  if (Array.isArray(part)) {
    for (const [index, item] of part.entries()) {
      const breach = breachIn(item, depth + 1, soFar)
      if (breach) return within(index, breach)
    }
  } else if (typeof part === 'object' && part !== null) {
    for (const [key, member] of Object.entries(part)) {
      soFar.bytes += sizeOf(key)
      soFar.parts += 1
      const breach = isForbidden(key)
        ? { keys: [], message: `A key must not be "${key}"` }
        : breachIn(member, depth + 1, soFar)
      if (breach) return within(key, breach)
    }
  } else if (part !== null && typeof part !== 'string' && typeof part !== 'boolean' && !Number.isFinite(part)) {
    return {
      keys: [],
      message: `${typeof part === 'number' ? part : `A value of the type ${typeof part}`} is not JSON`,
    }
  }
  return null
}

function within(key: string | number, breach: Breach): Breach {
  return { keys: [key, ...breach.keys], message: breach.message }
}

/** What would hit a prototype in code that is less careful; the HTTP layer refuses them too (reliability.md). */
function isForbidden(key: string): boolean {
  return key === '__proto__' || key === 'constructor'
}

/** Of its JSON text with the comma or colon after it, without what is inside it. */
function sizeOf(part: unknown): number {
  if (typeof part === 'string') return utf8Length(part) + 3
  return typeof part === 'object' && part !== null ? 3 : String(part).length + 1
}
