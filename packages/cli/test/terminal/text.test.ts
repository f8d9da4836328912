import { expect, test } from 'vitest'
import { linesOf, paint, visible } from '../../src/terminal/text.ts'

test.each([
  ['ESC', '\u001b[31mred'],
  ['OSC', '\u001b]0;title\u0007'],
  ['CR', 'paid\runpaid'],
  ['a line break', 'one\ntwo'],
  ['a tab', 'one\ttwo'],
  ['C1', '\u009b31m\u0085'],
  ['DEL', 'a\u007f'],
  ['a bidi override', '\u202eexe.\u202c'],
  ['a bidi isolate', '\u2066a\u2069'],
  ['a bidi mark', '\u061c\u200f'],
  ['the line separators of Unicode', 'a\u2028b\u2029'],
  ['half a surrogate', 'a\ud83d'],
])('%s is shown as what steers nothing', (_what, text) => {
  const shown = visible(text)
  expect(shown).toHaveLength(text.length)
  expect(shown).toMatch(/\ufffd/)
  expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}\p{Zl}\p{Zp}]/u)
})

test('what steers nothing stays as it is', () => {
  const text = 'Grüße 日本語 שלום 👩‍👩‍👧 ✓ [31m'
  expect(visible(text)).toBe(text)
})

test('a painted text is the text in a template', () => {
  expect(`${paint.red('error:')} x`).toBe('error: x')
})

test('lines end with a line break, or with the text', () => {
  expect(linesOf('a\n\nb\n')).toEqual(['a', '', 'b'])
  expect(linesOf('a')).toEqual(['a'])
})
