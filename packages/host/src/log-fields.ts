import { isSecretName } from './secret-name.ts'

/** The longest a field's text may be, in characters of at most one KiB of UTF-8. */
const FIELD_BYTES = 1024
const DEPTH = 6
const ENTRIES = 64

const REDACTED = '[redacted]'

// What agents and users put through us, by the name it goes under.
const CONTENT_KEY = /^(?:.*[-_])?(?:payload|body|parameters|arguments|result)$/i

const URL_KEY = /^(?:url|uri|path|instance|target)$/i

// `scheme://userinfo@rest?query`. Each part stops at the next one's first character, so nothing is read twice.
const URL_IN_TEXT = /([a-z][a-z0-9+.-]{0,15}:\/\/)(?:[^\s/?#@"'<>]*@)?([^\s?#"'<>]*)(?:\?[^\s#"'<>]*)?/gi

// JSON escapes what is below U+0020; these others move a cursor, turn the text or break a line as well, in a terminal or a viewer.
const CONTROL = /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu

/** A copy of `fields` that is safe to write: nothing secret, nothing endless, nothing that breaks a line. */
export function cleanFields(fields: object): Record<string, unknown> {
  return cleanObject(fields, 0)
}

/** Text without control characters, without what URLs hide, and of at most 1 KiB. */
export function cleanText(text: string): string {
  // The first cut bounds the work; the second one is the promise.
  const stripped = text.slice(0, 4 * FIELD_BYTES).replace(URL_IN_TEXT, '$1$2')
  return cut(stripped.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`))
}

function cleanObject(value: object, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(value).slice(0, ENTRIES)) {
    const name = cleanText(key)
    if (isSecretName(key) || CONTENT_KEY.test(key)) clean[name] = REDACTED
    else if (typeof field === 'string' && URL_KEY.test(key)) clean[name] = cleanText(field.split('?', 1)[0] ?? '')
    else clean[name] = cleanValue(field, depth + 1)
  }
  return clean
}

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEPTH) return '[deeper]'
  if (value instanceof Error) return cleanError(value, depth)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.slice(0, ENTRIES).map((item) => cleanValue(item, depth + 1))
  return cleanObject(value, depth)
}

function cleanError(error: Error, depth: number): object {
  const { name, message, stack, cause } = error
  return {
    type: cleanText(name),
    message: cleanText(message),
    ...('code' in error ? { code: cleanValue(error.code, depth + 1) } : {}),
    ...(stack === undefined ? {} : { stack: cleanText(stack) }),
    ...(cause === undefined ? {} : { cause: cleanValue(cause, depth + 1) }),
  }
}

function cut(text: string): string {
  if (Buffer.byteLength(text) <= FIELD_BYTES) return text
  const kept = Buffer.from(text).subarray(0, FIELD_BYTES - 3)
  // A character that the cut split decodes to U+FFFD.
  return `${kept.toString('utf8').replace(/\ufffd{1,3}$/, '')}…`
}
