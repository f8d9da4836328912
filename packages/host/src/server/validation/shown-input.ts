import type { Json } from '@opscore/contract'
import { isSecretName } from '../../secret-name.ts'

const REDACTED = '[redacted]'
const CUT = '…'

/** Characters of text that one value may show in all, and of one string in it. Enough to find what was meant. */
const BUDGET = 1024
const LONGEST_TEXT = 256

/** What a member, an item or a number takes of the budget beside its text. */
const PART = 8
const DEEPEST = 4

// Each part stops at the next one's first character, so nothing is read twice.
const USERINFO = /(:\/\/)[^\s/?#@"'<>]*@/g

/**
 * A value as an error may show it to whoever sent it, and to whoever reads their logs: cut where it is large, without the
 * credentials in it. `name` is what it goes under.
 */
export function shownInput(value: unknown, name: string): Json {
  let left = BUDGET

  function text(whole: string): string {
    const most = Math.max(0, Math.min(LONGEST_TEXT, left))
    const shown = whole.slice(0, 2 * LONGEST_TEXT).replace(USERINFO, `$1${REDACTED}@`)
    left -= Math.min(shown.length, most)
    // Half a surrogate pair at the cut would be no text.
    return shown.length <= most
      ? shown
      : `${shown
          .slice(0, most)
          .toWellFormed()
          .replace(/\ufffd$/, '')}${CUT}`
  }

  function show(part: unknown, key: string, depth: number): Json {
    left -= PART
    if (isSecretName(key)) return REDACTED
    if (typeof part === 'string') return text(part)
    if (typeof part === 'number' || typeof part === 'boolean') return part
    if (typeof part !== 'object' || part === null) return null
    if (JSON.isRawJSON(part)) return JSON.stringify(part)
    if (depth > DEEPEST) return CUT
    return Array.isArray(part) ? list(part, key, depth) : object(part, depth)
  }

  function list(items: readonly unknown[], key: string, depth: number): Json[] {
    const shown: Json[] = []
    for (const item of items) {
      if (left <= 0) return [...shown, CUT]
      shown.push(show(item, key, depth + 1))
    }
    return shown
  }

  function object(members: object, depth: number): { [key: string]: Json } {
    const shown: [string, Json][] = []
    for (const [key, member] of Object.entries(members)) {
      if (left <= 0) {
        shown.push([CUT, CUT])
        break
      }
      shown.push([text(key), show(member, key, depth + 1)])
    }
    return Object.fromEntries(shown)
  }

  return show(value, name, 0)
}
