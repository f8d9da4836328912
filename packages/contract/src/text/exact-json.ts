/**
 * JSON whose integers beyond 2^53 are kept as they were written: as values that print the same digits again
 * (`JSON.rawJSON`) where `JSON.parse` gives the nearest number. Whoever only stores such a value and hands it on need not
 * know; whoever calculates with it makes a number of it before.
 *
 * Not by a reviver that sees each number's source: it costs 80 times the parsing, 141 ms for 240 KiB of small numbers. Here
 * the long ones are put in quotes before, and found again after, which costs two or three times the parsing.
 */
declare global {
  interface JSON {
    /** A value that `JSON.stringify` prints as it stands. */
    rawJSON(text: string): object
    isRawJSON(value: unknown): value is Record<string, never>
  }
}

/** Digits that a number may need to be beyond 2^53. */
export const LONG_INTEGER = 16

/** In what `JSON.stringify` printed: there is no white space before a number. */
const MAY_BE_LONG = /[:,[]-?\d{16}/
const INTEGER = /^-?[1-9]\d{15,99}$/
/** Begins a string that is no string; nobody can send it, as nobody knows it. */
const MARK = `${crypto.randomUUID()}:`

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d

/** What `JSON.stringify` printed of an object or a list, each integer of up to 100 digits as it was. Throws as `JSON.parse` does. */
export function parseStored(text: string) {
  return MAY_BE_LONG.test(text) ? parseExactly(text) : JSON.parse(text)
}

/** The same of any JSON text. */
export function parseExactly(text: string) {
  const quoted = quoteIntegers(text)
  return quoted === text ? JSON.parse(text) : unquote(JSON.parse(quoted))
}

function quoteIntegers(text: string): string {
  let quoted = ''
  let taken = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    if (!isDigit(code)) continue
    const start = text.charCodeAt(at - 1) === MINUS ? at - 1 : at
    while (isNumberPart(text.charCodeAt(at + 1))) at++
    if (at + 1 - start < LONG_INTEGER) continue
    const number = text.slice(start, at + 1)
    if (!INTEGER.test(number) || Number.isSafeInteger(Number(number))) continue
    quoted += `${text.slice(taken, start)}"${MARK}${number}"`
    taken = at + 1
  }
  return quoted + text.slice(taken)
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
/** Digits, and the signs, points and exponents of what is no integer. */
const isNumberPart = (code: number): boolean =>
  isDigit(code) || code === 0x2e || code === 0x2b || code === MINUS || (code | 0x20) === 0x65

/** In place; what was parsed from JSON. */
function unquote(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? JSON.rawJSON(value.slice(MARK.length)) : value
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      if (typeof value[at] !== 'number') value[at] = unquote(value[at])
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (typeof member !== 'number') Reflect.set(value, key, unquote(member))
    }
  }
  return value
}
