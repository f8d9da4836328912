import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutText } from '../../src/text/text.ts'

const HALF = '\ud83d'

test.each([
  ['abc', 5, 'abc'],
  ['abc', 3, 'abc'],
  ['abc', 2, 'ab'],
  ['abc', 0, ''],
  ['a😀b', 2, 'a😀'],
  ['😀😀😀', 2, '😀😀'],
  [`${'x'.repeat(4095)}😀`, 4096, `${'x'.repeat(4095)}😀`],
  [`${'x'.repeat(4095)}😀y`, 4096, `${'x'.repeat(4095)}😀`],
  [`a${HALF}`, 5, 'a\ufffd'],
  [`${HALF}a`, 1, '\ufffd'],
  [`\ude00${HALF}`, 2, '\ufffd\ufffd'],
])('%j is cut to %d characters as %j', (text, most, cut) => {
  expect(cutText(text, most)).toBe(cut)
})

test('whatever is cut is well-formed, a beginning of the text, and no longer than it may be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat({ max: 40 }), fc.boolean(), (text, most, torn) => {
      const whole = torn ? text.slice(1) : text
      const cut = cutText(whole, most)
      expect(cut.isWellFormed()).toBe(true)
      expect([...cut]).toEqual([...whole.toWellFormed()].slice(0, most))
    }),
  )
})
