import { describe, expect, it } from 'vitest'
import { ApiError } from '../../../src/index.ts'
import { parseJsonBody } from '../../../src/server/body/json-body.ts'

function codeOf(body: string | Buffer): string {
  try {
    parseJsonBody(Buffer.from(body))
    return 'taken'
  } catch (error) {
    return error instanceof ApiError ? error.code : 'not an ApiError'
  }
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('a JSON body', () => {
  it.each([
    ['a plain report', '{"agentId":"a","state":"idle","details":{"n":[1,2.5,-3e2,true,false,null]}}'],
    ['a bare value', '"text"'],
    ['white space around it', ' \n{"a":1}\t'],
    ['the greatest depth', nested(32)],
    ['many siblings', `[${'[],'.repeat(1000)}[]]`],
    ['brackets inside strings', `{"a":"${'['.repeat(500)}"}`],
    ['escaped quotes and backslashes', '{"a\\"b":"[[\\\\","c":"\\\\\\""}'],
    ['the word constructor as a value', '{"constructors":"constructor","kind":"__proto__"}'],
    ['escapes that are well formed', '{"a":"\\u00e9\\ud83d\\ude00\\u0000"}'],
    ['numbers that are large and finite', '[1e308,1.5E+10,123456789012345678901234567890]'],
  ])('is taken with %s', (_name, body) => {
    expect(parseJsonBody(Buffer.from(body))).toEqual(JSON.parse(body))
  })

  it.each([
    ['nothing but blanks', '  ', 'INVALID_JSON'],
    ['an open brace', '{"a":1', 'INVALID_JSON'],
    ['an open string', '{"a', 'INVALID_JSON'],
    ['a string that ends in a backslash', '"\\', 'INVALID_JSON'],
    ['a trailing comma', '[1,]', 'INVALID_JSON'],
    ['single quotes', "{'a':1}", 'INVALID_JSON'],
    ['NaN', '[NaN]', 'INVALID_JSON'],
    ['closing brackets alone', ']]]]', 'INVALID_JSON'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'INVALID_JSON'],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'INVALID_JSON'],
    ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'INVALID_JSON'],
    ['half a surrogate pair', '{"a":"\\ud800"}', 'INVALID_JSON'],
    ['half a surrogate pair in a key', '{"\\udc00":1}', 'INVALID_JSON'],
    ['a number that overflows', '{"a":1e999}', 'INVALID_JSON'],
    ['a number that overflows below', '{"a":-1E999}', 'INVALID_JSON'],
    ['a number of 400 digits', `[${'9'.repeat(400)}]`, 'INVALID_JSON'],
    ['one level too many', nested(33), 'JSON_TOO_DEEP'],
    ['objects one level too deep', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'JSON_TOO_DEEP'],
    ['a megabyte of brackets', '['.repeat(1_000_000), 'JSON_TOO_DEEP'],
    ['the key __proto__', '{"__proto__":{"admin":true}}', 'FORBIDDEN_KEY'],
    ['the key constructor', '{"a":[{"constructor":{"prototype":1}}]}', 'FORBIDDEN_KEY'],
    ['the key __proto__ in escapes', '{"\\u005f_proto__":1}', 'FORBIDDEN_KEY'],
    ['the key constructor in escapes', '{"con\\u0073tructor":1}', 'FORBIDDEN_KEY'],
    ['a forbidden key after one in a string', '{"a":"\\"","__proto__":1}', 'FORBIDDEN_KEY'],
  ])('is refused with %s', (_name, body, code) => {
    expect(codeOf(body)).toBe(code)
  })

  it('may begin with the mark of its byte order', () => {
    expect(parseJsonBody(Buffer.from('\ufeff{"a":"\ufeff"}'))).toEqual({ a: '\ufeff' })
    expect(codeOf('\ufeff\ufeff{}')).toBe('INVALID_JSON')
  })

  it('is too large with more members than anybody may wait for, however few its bytes', () => {
    const members = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',')}}`
    expect(codeOf(members(65_000))).toBe('taken')
    expect(codeOf(members(66_000))).toBe('PAYLOAD_TOO_LARGE')
    expect(codeOf(`[${'{},'.repeat(132_000)}{}]`)).toBe('PAYLOAD_TOO_LARGE')
  })

  it.each([
    ['of numbers', `[${'1,'.repeat(400_000)}1]`],
    ['of text with colons and brackets', JSON.stringify(['{[:"\\'.repeat(100_000)])],
    ['as dense as 320 KiB can be', `[${'[],'.repeat(109_000)}[]]`],
  ])('is taken where it is a large list %s', (_name, body) => {
    expect(codeOf(body)).toBe('taken')
  })

  it('says where it stops being JSON, as FastAPI does', () => {
    expect(() => parseJsonBody(Buffer.from('{"a":1,}'))).toThrow(
      expect.objectContaining({
        issues: [{ loc: ['body', 7], msg: 'JSON decode error', type: 'json_invalid', input: {} }],
      }),
    )
  })
})
