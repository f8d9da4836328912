/**
 * Data as programs read it back: the same values, integers with all their digits, and no character in it that steers a
 * terminal. Strings have those as escapes, which both languages take for the character.
 */
import type { Document } from 'yaml'

/** JSON escapes the other control characters by itself, and YAML does where a string is in double quotes. */
const RAW = /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu

/** On one line, or with `indent` spaces for each level on several. */
export function jsonText(value: unknown, indent = 0): string {
  return escaped(JSON.stringify(value, null, indent))
}

/** The library is loaded where it is needed: it is larger than all that an ordinary command runs. */
export async function yamlText(value: unknown): Promise<string> {
  const { Document: YamlDocument, visit } = await import('yaml')
  const document: Document = new YamlDocument(value, (_key, member) => plain(member))
  visit(document, {
    Scalar(_key, scalar) {
      if (typeof scalar.value === 'string' && scalar.value.search(RAW) >= 0) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  return escaped(document.toString())
}

/** An integer that was kept as it was written, as what the library prints with all its digits. */
function plain(member: unknown): unknown {
  return JSON.isRawJSON(member) ? BigInt(JSON.stringify(member)) : member
}

function escaped(text: string): string {
  return text.replace(RAW, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
