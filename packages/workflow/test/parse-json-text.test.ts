import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseJsonText } from '../src/text/parse-json-text.ts'

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

it('reads any JSON as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(parseJsonText(text)).toMatchObject({ ok: true, value: JSON.parse(text) })
    }),
  )
})

it('refuses what JSON.parse refuses, and a key that stands twice', () => {
  const piece = fc.constantFrom('', '"', '\\', '{', ']', ',', ':', '1', '-', 'e', '\n', '\0')
  const damaged = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), piece).map(([text, anywhere, inserted]) => {
    const at = anywhere % (text.length + 1)
    return text.slice(0, at) + inserted + text.slice(at + 1)
  })
  fc.assert(
    fc.property(damaged, (text) => {
      const parsed = parseJsonText(text)
      const isTwice = !parsed.ok && parsed.message.endsWith('stands here twice')
      if (!isTwice) expect(parsed.ok).toBe(isJson(text))
    }),
    { numRuns: 1_000 },
  )
})

it('finds where things stand: a member by its key, an item by itself, and for what is missing its holder', () => {
  const text = '{"a": [1, {"b/c": 2}], "d": {}}'
  const parsed = parseJsonText(text)
  const paths = ['', '/a', '/a/0', '/a/1/b~1c', '/d/e/f', '/x']
  const offsets = parsed.ok ? parsed.offsetsOf(paths) : []
  expect(offsets.map((offset) => text.slice(offset, offset + 3))).toEqual(['{"a', '"a"', '1, ', '"b/', '"d"', '{"a'])
})
