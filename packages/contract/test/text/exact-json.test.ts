import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExactly, parseStored } from '../../src/text/exact-json.ts'

const printed = (text: string) => JSON.stringify(parseStored(text))

describe('what was stored', () => {
  it.each([
    '{"a":1732579912345678901}',
    '{"a":-9223372036854775808}',
    '[[18446744073709551615],{"b":[9007199254740993]}]',
    '{"a":{"b":{"c":10000000000000000000000001}},"d":[1,"9007199254740993",null,true]}',
    '[1.5,9007199254740993,-0.25]',
    '"a \\" 9007199254740993"',
    '["\\\\",9007199254740993]',
    '{"__proto__":9007199254740993}',
    `[${'9'.repeat(100)}]`,
  ])('is printed again as it was: %s', (text) => {
    expect(printed(text)).toBe(text)
  })

  it.each([
    ['[9007199254740991]', [9007199254740991]],
    ['[1234567890123456]', [1234567890123456]],
    ['[0.30000000000000004]', [0.30000000000000004]],
    ['[12345678901234567.5]', [Number('12345678901234567.5')]],
    ['[12345678901234567e3]', [Number('12345678901234567e3')]],
    ['[1e-1234567890123456]', [0]],
    [`[${'9'.repeat(101)}]`, [1e101]],
  ])('is a number like any other where nothing is lost, or it is none: %s', (text, value) => {
    expect(parseStored(text)).toEqual(value)
  })

  it('is the nearest number for whoever makes one of it', () => {
    const [kept] = parseStored('[1732579912345678901]')
    expect(JSON.isRawJSON(kept)).toBe(true)
    expect(Number(JSON.stringify(kept))).toBe(Number('1732579912345678901'))
  })

  it('comes back the same, whatever it holds', () => {
    const integers = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map((n) => `#${n}#`)
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        integers,
        fc.array(tie('tree')),
        fc.dictionary(fc.string(), tie('tree')),
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify([value]).replaceAll(/"#(-?\d+)#"/g, '$1')
        expect(printed(text)).toBe(text)
      }),
    )
  })
})

describe('any JSON text', () => {
  it.each([
    '[01234567890123456789]',
    '[- 12345678901234567]',
    '[+12345678901234567]',
    '[12345678901234567',
    '12345678901234567x',
  ])('is refused where it is none: %s', (text) => {
    expect(() => parseExactly(text)).toThrow(SyntaxError)
  })

  it('may have white space', () => {
    expect(JSON.stringify(parseExactly(' { "a" : [ 9007199254740993 , 1 ] } '))).toBe('{"a":[9007199254740993,1]}')
  })
})
