import { parseExactly } from '@opscore/contract/exact-json'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { jsonText, yamlText } from '../../src/terminal/data-text.ts'

/** Every character that steers a terminal, in a value, a key, a long text and one of several lines. */
const STEERING = Array.from({ length: 0x2070 }, (_, code) => String.fromCharCode(code)).filter((character) =>
  /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(character),
)
const VALUE = {
  each: STEERING,
  [`key ${STEERING.join('')}`]: STEERING.join(' '),
  long: `${'word '.repeat(40)}\u202e${' word'.repeat(40)}`,
  lines: 'one\n  two\n\u009bthree\n',
  half: '\ud83d',
  plain: 'שלום',
}
const RAW = /(?!\n)[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/u

test('JSON has the values as they are, and no character that steers a terminal', () => {
  for (const indent of [0, 2]) {
    const text = jsonText(VALUE, indent)
    expect(text).not.toMatch(RAW)
    expect(JSON.parse(text)).toEqual(VALUE)
  }
  expect(jsonText(VALUE)).not.toContain('\n')
})

test('YAML has the values as they are, and no character that steers a terminal', async () => {
  const text = await yamlText(VALUE)
  expect(text).not.toMatch(RAW)
  expect(parse(text)).toEqual(VALUE)
})

test('integers keep their digits', async () => {
  const value = parseExactly('{"id":9007199254740993,"list":[-123456789012345678901234567890,1,1.5]}')
  expect(jsonText(value)).toBe('{"id":9007199254740993,"list":[-123456789012345678901234567890,1,1.5]}')
  expect(await yamlText(value)).toBe(
    'id: 9007199254740993\nlist:\n  - -123456789012345678901234567890\n  - 1\n  - 1.5\n',
  )
})
