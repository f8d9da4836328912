const BLANKS = /[ \t\n\r]*/y
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/**
 * Where a text stops being JSON, as a person would look for it and Python's reader says it: `JSON.parse` names the place of some flaws alone.
 * For a text that is none; where it only lacks something it is its length.
 */
export function jsonFlawAt(text: string): number {
  const open: ('}' | ']')[] = []
  let expected: 'value' | 'key' | 'separator' = 'value'
  /** Whether what was opened last may end at once. */
  let mayEnd = false
  let at = 0

  function match(pattern: RegExp): boolean {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    at += found?.length ?? 0
    return found !== undefined
  }

  /** Moves past a string; says where its flaw is, if it has one. */
  function passString(): number | undefined {
    const start = at
    at += 1
    for (; at < text.length; at += 1) {
      if (text[at] === '"') {
        at += 1
        return undefined
      }
      if (text.charCodeAt(at) < 0x20) return at
      if (text[at] !== '\\') continue
      const backslash = at
      if (!match(ESCAPE)) return backslash
      at -= 1
    }
    return start
  }

  for (;;) {
    match(BLANKS)
    const next = text[at]
    if (next === open.at(-1) && (expected === 'separator' || mayEnd) && next !== undefined) {
      open.pop()
      at += 1
      expected = 'separator'
    } else if (expected === 'separator') {
      if (next !== ',' || open.length === 0) return at
      at += 1
      expected = open.at(-1) === '}' ? 'key' : 'value'
    } else if (next === '"') {
      const flaw = passString()
      if (flaw !== undefined) return flaw
      if (expected === 'key') {
        match(BLANKS)
        if (text[at] !== ':') return at
        at += 1
      }
      expected = expected === 'key' ? 'value' : 'separator'
    } else if (expected === 'value' && (next === '{' || next === '[')) {
      open.push(next === '{' ? '}' : ']')
      expected = next === '{' ? 'key' : 'value'
      at += 1
      mayEnd = true
      continue
    } else if (expected === 'value' && match(SCALAR)) {
      expected = 'separator'
    } else return at
    mayEnd = false
  }
}
