import { LONG_INTEGER } from '@opscore/contract/exact-json'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const COLON = 0x3a
const SMALL_E = 0x65
const SMALL_C = 0x63
const SMALL_U = 0x75
const UNDERSCORE = 0x5f

/** More digits than this in a row may overflow to Infinity without an exponent. */
const OVERFLOWING = 300

export interface JsonScan {
  /** How deep the nesting goes; the scan stops once it is over the limit. */
  depth: number
  /**
   * Whether the parsed value needs a second look: some string may be `__proto__` or `constructor`, has a `\u` escape (which
   * can spell either of them, or half a surrogate pair), or some number may overflow.
   */
  suspicious: boolean
  /** Whether some number may be an integer that is no double. */
  long: boolean
}

/**
 * One pass over a JSON text's bytes before it is parsed, since a megabyte of `[` costs the parser half a second and
 * this a millisecond. Says nothing about whether the text is JSON.
 */
export function scanJson(bytes: Buffer, depthLimit: number): JsonScan {
  const length = bytes.length
  let depth = 0
  let deepest = 0
  let suspicious = false
  let long = false
  let digits = 0
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) {
      const start = at + 1
      at = start
      for (; at < length && bytes[at] !== QUOTE; at += 1) {
        if (bytes[at] !== BACKSLASH) continue
        at += 1
        if (bytes[at] === SMALL_U) suspicious = true
      }
      if (mayBeForbidden(bytes[start], at - start)) suspicious = true
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1
      if (depth > deepest) deepest = depth
      if (deepest > depthLimit) break
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1
    } else if (byte >= 0x30 && byte <= 0x39) {
      digits += 1
      if (digits < LONG_INTEGER) continue
      long = true
      if (digits > OVERFLOWING) suspicious = true
      continue
    } else if ((byte | 0x20) === SMALL_E && digits > 0) {
      suspicious = true
    }
    digits = 0
  }
  return { depth: deepest, suspicious, long }
}

function mayBeForbidden(first: number | undefined, length: number): boolean {
  return (first === UNDERSCORE && length === 9) || (first === SMALL_C && length === 11)
}

/**
 * How heavy a JSON text is for whoever parses it and looks at every part: 2 for each member of an object, 1 for each object
 * and list. What stands in a list weighs nothing beside that. Linear: 1 MiB in some 2 ms.
 */
export function weighJson(bytes: Buffer): number {
  const length = bytes.length
  let weight = 0
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at += 1
      while (at < length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
    } else if (byte === COLON) weight += 2
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) weight += 1
  }
  return weight
}
