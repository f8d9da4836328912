import type { JsonObject } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { compileArgumentSchema } from '../../src/tools/argument-schema.ts'

function check(schema: JsonObject, args: JsonObject) {
  const compiled = compileArgumentSchema(schema)
  if (!compiled.ok) throw new Error(compiled.reason)
  return compiled.check(args)
}

describe('a schema of arguments', () => {
  it('says where arguments are off', () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: false }
    expect(check(schema, { a: 1 })).toEqual([])
    expect(check(schema, { a: '1' })).toEqual([{ path: '/a', message: 'must be integer' }])
    expect(check(schema, { b: 1 })).toEqual([{ path: '', message: 'must NOT have additional properties: b' }])
  })

  it.each<[string, JsonObject]>([
    ['a property that is named pattern', { properties: { pattern: { type: 'string' }, $ref: {} } }],
    ['a dialect of its own', { $schema: 'http://json-schema.org/draft-07/schema#', $id: 'http://a/b', type: 'object' }],
    ['notes', { title: 'T', description: 'D', examples: [{}], default: {}, deprecated: true, $comment: 'C' }],
    ['formats', { properties: { at: { type: 'string', format: 'date-time' }, to: { format: 'email' } } }],
  ])('may have %s', (_, schema) => {
    expect(check(schema, {})).toEqual([])
  })

  it.each<[string, JsonObject, RegExp]>([
    ['pattern', { properties: { a: { pattern: '(a+)+$' } } }, /pattern is not allowed here: what it costs/],
    ['patternProperties', { patternProperties: { '(a+)+$': {} } }, /patternProperties is not allowed/],
    ['a hidden pattern', { allOf: [{ not: { items: { pattern: 'a' } } }] }, /pattern is not allowed/],
    ['uniqueItems', { properties: { a: { uniqueItems: true } } }, /uniqueItems is not allowed/],
    ['$ref', { properties: { a: { $ref: '#' } } }, /\$ref is not allowed/],
    ['$dynamicRef', { properties: { a: { $dynamicRef: '#a' } } }, /\$dynamicRef is not allowed/],
    ['$async', { $async: true }, /\$async is not allowed/],
    ['a keyword that is none', { requird: ['a'] }, /requird is not known/],
    ['a type that is none', { type: 'objekt' }, /No JSON Schema/],
    ['a format that is none', { properties: { a: { format: 'nothing' } } }, /unknown format/],
    ['more than 16 KiB', { description: 'x'.repeat(16_384) }, /longer than/],
  ])('may not have %s', (_, schema, reason) => {
    expect(compileArgumentSchema(schema)).toEqual({ ok: false, reason: expect.stringMatching(reason) })
  })
})
