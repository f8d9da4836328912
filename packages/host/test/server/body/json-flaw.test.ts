import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonFlawAt } from '../../../src/server/body/json-flaw.ts'

it.each([
  ['', 0],
  ['nonsense', 0],
  ['{', 1],
  ["{'a': 1}", 1],
  ['{"a":1,}', 7],
  ['[1,]', 3],
  ['{"id": tru}', 7],
  ['{"id": None}', 7],
  ['[NaN]', 1],
  ['{"a" 1}', 5],
  ['{"id": "abc', 7],
  ['{"id":"a\nb"}', 8],
  ['{"id":"a\\xb"}', 8],
  ['{"id":"\\u12g4"}', 7],
  ['{"id":"a"} x', 11],
  ['[1 2]', 3],
  ['[01]', 2],
  ['[}', 1],
  [' \n[{}, []] ]', 11],
  ['{"a": [1, {"b": "\\\\\\"", "c": }]}', 29],
])('%j stops being JSON at %i', (text, at) => {
  expect(jsonFlawAt(text)).toBe(at)
})

it('reads what is JSON to its end, and stops in what was damaged no later than where it was cut', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (text, anywhere) => {
      expect(jsonFlawAt(text)).toBe(text.length)
      const cut = text.slice(0, anywhere % text.length)
      expect(jsonFlawAt(cut)).toBeLessThanOrEqual(cut.length)
      expect(jsonFlawAt(`${text}}`)).toBe(text.length)
    }),
  )
})
