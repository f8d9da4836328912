/** Finds the `${{ expression }}` parts of a string. */

export type TemplatePart = { text: string } | { expression: string; at: number }
export type Template = { ok: true; parts: TemplatePart[] } | { ok: false; at: number }

const OPEN = '${{'

/**
 * A string's parts in order. The end of an expression is found as CEL reads it: `}}` within a quoted string or of two
 * map literals does not end it. Where an expression is not closed, `at` says where it began.
 */
export function parseTemplate(source: string): Template {
  const parts: TemplatePart[] = []
  let from = 0
  for (let open = source.indexOf(OPEN); open >= 0; open = source.indexOf(OPEN, from)) {
    if (open > from) parts.push({ text: source.slice(from, open) })
    const start = open + OPEN.length
    const end = endOfExpression(source, start)
    if (end === null) return { ok: false, at: open }
    parts.push({ expression: source.slice(start, end).trim(), at: start })
    from = end + 2
  }
  if (from < source.length) parts.push({ text: source.slice(from) })
  return { ok: true, parts }
}

/** Whether anything in it needs evaluating. */
export function isTemplate(text: string): boolean {
  return text.includes(OPEN)
}

function endOfExpression(source: string, start: number): number | null {
  let braces = 0
  let at = start
  while (at < source.length) {
    const character = source[at]
    if (character === '"' || character === "'") {
      at = endOfString(source, at, character)
      continue
    }
    if (character === '{') braces += 1
    else if (character === '}') {
      if (braces === 0) return source[at + 1] === '}' ? at : null
      braces -= 1
    }
    at += 1
  }
  return null
}

function endOfString(source: string, start: number, quote: string): number {
  const triple = quote.repeat(3)
  const delimiter = source.startsWith(triple, start) ? triple : quote
  let at = start + delimiter.length
  while (at < source.length && !source.startsWith(delimiter, at)) at += source[at] === '\\' ? 2 : 1
  return at + delimiter.length
}
