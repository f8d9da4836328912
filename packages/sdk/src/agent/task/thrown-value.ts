/** What a handler throws may be anything, and even looking at it may throw: nothing here does. */
import { cutText } from '@opscore/contract/text'

export interface ThrownValue {
  code: string
  message: string
}

/** What Ops-Core keeps of each, in characters. */
const MAX_CODE_LENGTH = 128
const MAX_MESSAGE_LENGTH = 4096

const UNREADABLE = 'What was thrown cannot be read.'

/** The code and the message with which an attempt fails. Errors of Node and of most libraries bear a `code`. */
export function readThrown(thrown: unknown): ThrownValue {
  const code = textOf(() => property(thrown, 'code')) || 'AGENT_ERROR'
  return { code: cutText(code, MAX_CODE_LENGTH), message: cutText(messageOf(thrown), MAX_MESSAGE_LENGTH) }
}

/** The same in one line, for the log. */
export function printThrown(thrown: unknown): string {
  const { code, message } = readThrown(thrown)
  return code === 'AGENT_ERROR' ? message : `${code}: ${message}`
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown || 'An empty text was thrown.'
  if (typeof thrown !== 'object' || thrown === null) return textOf(() => `${String(thrown)} was thrown.`) || UNREADABLE
  return (
    textOf(() => property(thrown, 'message')) ||
    textOf(() => property(thrown, 'name')) ||
    textOf(() => String(thrown)) ||
    UNREADABLE
  )
}

function property(value: unknown, name: 'code' | 'message' | 'name'): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const read: { [field in typeof name]?: unknown } = value
  return read[name]
}

/** `''` for what is no text or throws. */
function textOf(read: () => unknown): string {
  try {
    const text = read()
    return typeof text === 'string' ? text : ''
  } catch {
    return ''
  }
}
