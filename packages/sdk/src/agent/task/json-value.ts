import { Buffer } from 'node:buffer'
import type { Json } from '@opscore/contract'
import { TaskError } from './task.ts'
import { readThrown } from './thrown-value.ts'

/** What Ops-Core keeps of a result; a report beyond it would be refused whole. */
const MAX_RESULT_BYTES = 256 * 1024

/** In a text of JSON, half a surrogate pair stands as its escape; a backslash that is escaped itself is passed over. */
const ESCAPES = /\\(?:u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/g

/**
 * A result as it will stand on the wire; `undefined` for none.
 * @throws TaskError `RESULT_NOT_JSON`, `RESULT_TOO_LARGE`
 */
export function toJson(value: unknown): Json | undefined {
  const text = print(value)
  if (text === undefined) return undefined
  if (Buffer.byteLength(text) > MAX_RESULT_BYTES) {
    throw new TaskError('RESULT_TOO_LARGE', `The result is larger than ${MAX_RESULT_BYTES / 1024} KiB as JSON.`)
  }
  return JSON.parse(text)
}

function print(value: unknown): string | undefined {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    const { message } = readThrown(cause)
    throw new TaskError('RESULT_NOT_JSON', `The result cannot be written as JSON: ${message}`, { cause })
  }
  if (!text?.includes('\\u')) return text
  return text.replace(ESCAPES, (found) => (/^\\u[dD]/.test(found) ? '\\ufffd' : found))
}
