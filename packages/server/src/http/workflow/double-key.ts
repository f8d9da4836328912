import { DomainError } from '@opscore/engine'
import { readText } from '@opscore/workflow'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

/**
 * A definition in JSON is held to what files are held to (packages/workflow/src/text/read-text.ts): of a key that stands twice, the parser takes
 * the last and forgets the other. Each member has one colon, so counting finds whether there is such a key; only
 * then the text is read again to say where. `value` is what was parsed from `bytes`.
 * @throws DomainError `INVALID_WORKFLOW_DEFINITION`, with the line and column
 */
export function refuseDoubleKey(bytes: Buffer, value: unknown): void {
  if (colonsIn(bytes) === membersIn(value)) return
  const read = readText(bytes, 'json')
  if (read.ok) return
  throw new DomainError('INVALID_WORKFLOW_DEFINITION', read.problem.message, { problems: [read.problem] })
}

/** Those outside strings. */
function colonsIn(bytes: Buffer): number {
  const { length } = bytes
  let count = 0
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at]
    if (byte === COLON) count += 1
    else if (byte === QUOTE) {
      at += 1
      while (at < length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
    }
  }
  return count
}

/** Its depth was bounded before it was parsed. */
function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return 0
  const parts = Object.values(value)
  let count = Array.isArray(value) ? 0 : parts.length
  for (const part of parts) count += membersIn(part)
  return count
}
