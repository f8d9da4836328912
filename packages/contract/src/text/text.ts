/** Text that can be sent and stored: the entry `@opscore/contract/text`, which brings in nothing else. */

/**
 * The text as it may stand on the wire, with at most `most` characters. Half a surrogate pair becomes U+FFFD, since no JSON
 * that holds one is taken; and no pair is cut in two. Characters are code points, as in JSON Schema's `maxLength`.
 */
export function cutText(text: string, most: number): string {
  // No code point has more than two units, so what comes later is not needed, however long it is.
  const wellFormed = text.slice(0, 2 * most).toWellFormed()
  if (text.length <= most) return wellFormed
  let end = 0
  for (let count = 0; count < most && end < wellFormed.length; count += 1) {
    end += (wellFormed.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return wellFormed.slice(0, end)
}

/** How many bytes a text has as UTF-8. Node counts them without writing them; browsers have no such call. */
export const utf8Length: (text: string) => number =
  typeof Buffer === 'undefined' ? (text) => new TextEncoder().encode(text).length : (text) => Buffer.byteLength(text)
