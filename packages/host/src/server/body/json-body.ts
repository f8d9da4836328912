import { isAscii, isUtf8 } from 'node:buffer'
import { parseExactly } from '@opscore/contract/exact-json'
import { ApiError } from '../answer/api-error.ts'
import { jsonFlawAt } from './json-flaw.ts'
import { scanJson, weighJson } from './json-scan.ts'

const JSON_DEPTH = 32

/**
 * 85,000 keys that differ take the parser 25 ms, and whoever looks at them as long again, while everybody else waits. No body
 * of 320 KiB is as heavy, so that only larger ones need be weighed.
 */
const HEAVIEST = 128 * 1024
const WEIGHED_ABOVE = 320 * 1024

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor'])

/**
 * A body's fields whose integers beyond 2^53 are kept (exact-json.ts): `any` one of them, or within an `object` or list. One
 * that stands for itself passes for an object where a schema is checked, so `any` is for fields that take any JSON.
 */
export type ExactFields = Readonly<Record<string, 'any' | 'object'>>

/**
 * Parses a JSON body that nobody vouches for. Throws `INVALID_JSON` (with FastAPI's `json_invalid` issue),
 * `JSON_TOO_DEEP`, `FORBIDDEN_KEY`, or `PAYLOAD_TOO_LARGE` where it has more than some 65,000 members. What it returns can be
 * stored and printed again: numbers that overflow and lone surrogates are refused. Integers beyond 2^53 are rounded, as in
 * any JavaScript, but for those in the fields `exact`.
 */
export function parseJsonBody(bytes: Buffer, exact?: ExactFields): unknown {
  // As RFC 8259 lets a reader do: some editors and PowerShell put the mark before every text.
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const body = isMarked ? bytes.subarray(3) : bytes
  const ascii = isAscii(body)
  if (!ascii && !isUtf8(body)) throw invalidJson(0, 'The body is not UTF-8')
  const { depth, suspicious, long } = scanJson(body, JSON_DEPTH)
  if (depth > JSON_DEPTH) throw new ApiError('JSON_TOO_DEEP', `The JSON is nested deeper than ${JSON_DEPTH} levels`)
  if (body.length > WEIGHED_ABOVE && weighJson(body) > HEAVIEST) {
    throw new ApiError('PAYLOAD_TOO_LARGE', `The JSON has more than ${HEAVIEST / 2} members`)
  }
  const text = body.toString(ascii ? 'latin1' : 'utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalidJson(jsonFlawAt(text), 'JSON decode error')
  }
  if (suspicious) refuseUnstorable(value)
  return long && exact ? withExact(value, text, exact) : value
}

function withExact(value: unknown, text: string, fields: ExactFields): unknown {
  if (typeof value !== 'object' || value === null) return value
  const exact = parseExactly(text)
  const kept = Object.entries(value).filter(
    ([name, member]) => fields[name] === 'any' || (fields[name] === 'object' && typeof member === 'object'),
  )
  return { ...value, ...Object.fromEntries(kept.map(([name]) => [name, exact[name]])) }
}

/** Depth is bounded by the scan before, so that this may recurse. */
function refuseUnstorable(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalidJson(0, 'A number is too large')
  if (typeof value === 'string' && !value.isWellFormed()) throw invalidJson(0, 'A string holds half a surrogate pair')
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const item of value) refuseUnstorable(item)
    return
  }
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key))
      throw new ApiError('FORBIDDEN_KEY', `The JSON has the key ${key}, which is not allowed`)
    refuseUnstorable(key)
    refuseUnstorable(item)
  }
}

function invalidJson(position: number, message: string): ApiError {
  return new ApiError('INVALID_JSON', message, {
    issues: [{ loc: ['body', position], msg: message, type: 'json_invalid', input: {} }],
    errors: [{ path: '/body', message }],
  })
}
