import { afterAll, describe, expect, it } from 'vitest'
import { createHttpApp } from '../../src/index.ts'
import { silentLog } from '../silent-log.ts'

const schema = {
  querystring: {
    type: 'object',
    properties: {
      limit: { type: 'integer', minimum: 1, maximum: 200 },
      tag: { type: 'array', items: { type: 'string' } },
      deep: { type: 'boolean' },
    },
  },
  params: { type: 'object', properties: { id: { type: 'string', maxLength: 8 } } },
  headers: { type: 'object', properties: { 'x-count': { type: 'number' } } },
  body: {
    type: 'object',
    required: ['id', 'when'],
    additionalProperties: false,
    properties: {
      id: { type: 'string', minLength: 1, maxLength: 4, pattern: '^[a-z]*$' },
      when: { type: 'string', format: 'date-time' },
      count: { type: 'integer', minimum: 1, maximum: 9 },
      ratio: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
      even: { type: 'integer', multipleOf: 2 },
      on: { type: 'boolean' },
      kind: { type: 'string', enum: ['a', 'b', 'c'] },
      fixed: { const: 'x' },
      list: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2 },
      map: { anyOf: [{ type: 'object', properties: {} }, { type: 'null' }] },
      model: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      'a/b~c': { type: 'string' },
    },
  },
}

const app = createHttpApp({ log: silentLog, bodyLimit: 1_000_000 })
app.post('/thing/:id', { schema }, async (request) => ({ query: request.query, body: request.body }))
app.post('/strings', { schema: { body: { type: 'array', items: { type: 'string' } } } }, async () => ({}))
afterAll(() => app.close())

const good = { id: 'abc', when: '2025-04-21T22:16:33.697123+00:00' }

async function issues({
  body = good,
  url = '/thing/1',
  headers = {},
}: {
  body?: unknown
  url?: string
  headers?: Record<string, string>
}) {
  const answer = await app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  })
  expect(answer.statusCode).toBe(422)
  expect(answer.json()).toMatchObject({ code: 'VALIDATION_FAILED', status: 422 })
  return answer.json().detail
}

describe('a request that does not fit its schema', () => {
  it.each([
    ['a wrong string', { id: 1 }, 'id', 'string_type', 'Input should be a valid string'],
    ['an empty string', { id: '' }, 'id', 'string_too_short', 'String should have at least 1 character'],
    ['a long string', { id: 'abcde' }, 'id', 'string_too_long', 'String should have at most 4 characters'],
    [
      'a string off its pattern',
      { id: 'A' },
      'id',
      'string_pattern_mismatch',
      "String should match pattern '^[a-z]*$'",
    ],
    [
      'a date-time that is none',
      { when: 'soon' },
      'when',
      'datetime_from_date_parsing',
      'Input should be a valid datetime or date',
    ],
    ['a date-time that is a number', { when: 5 }, 'when', 'datetime_type', 'Input should be a valid datetime'],
    ['a number as text, which is not coerced', { count: '3' }, 'count', 'int_type', 'Input should be a valid integer'],
    [
      'a fraction for an integer',
      { count: 1.5 },
      'count',
      'int_from_float',
      'Input should be a valid integer, got a number with a fractional part',
    ],
    ['too small a number', { count: 0 }, 'count', 'greater_than_equal', 'Input should be greater than or equal to 1'],
    ['too large a number', { count: 10 }, 'count', 'less_than_equal', 'Input should be less than or equal to 9'],
    ['a number at an open lower bound', { ratio: 0 }, 'ratio', 'greater_than', 'Input should be greater than 0'],
    ['a number at an open upper bound', { ratio: 1 }, 'ratio', 'less_than', 'Input should be less than 1'],
    ['a wrong number', { ratio: true }, 'ratio', 'float_type', 'Input should be a valid number'],
    ['a number between steps', { even: 3 }, 'even', 'multiple_of', 'Input should be a multiple of 2'],
    ['a wrong boolean', { on: 1 }, 'on', 'bool_type', 'Input should be a valid boolean'],
    ['a word that is no choice', { kind: 'd' }, 'kind', 'literal_error', "Input should be 'a', 'b' or 'c'"],
    ['another constant', { fixed: 'y' }, 'fixed', 'literal_error', "Input should be 'x'"],
    ['a wrong list', { list: {} }, 'list', 'list_type', 'Input should be a valid list'],
    ['too short a list', { list: [] }, 'list', 'too_short', 'List should have at least 1 item after validation, not 0'],
    [
      'too long a list',
      { list: ['a', 'b', 'c'] },
      'list',
      'too_long',
      'List should have at most 2 items after validation, not 3',
    ],
    ['a wrong dictionary that may be null', { map: [] }, 'map', 'dict_type', 'Input should be a valid dictionary'],
    [
      'a wrong model',
      { model: 'x' },
      'model',
      'model_attributes_type',
      'Input should be a valid dictionary or object to extract fields from',
    ],
    ['a key too many', { more: 1 }, 'more', 'extra_forbidden', 'Extra inputs are not permitted'],
  ])('names %s', async (_name, off, field, type, msg) => {
    expect(await issues({ body: { ...good, ...off } })).toEqual([{ loc: ['body', field], msg, type }])
  })

  it('names everything at once, with the way to each', async () => {
    const body = { id: 'abc', list: ['a', 7], model: {} }
    expect(await issues({ body })).toEqual([
      { loc: ['body', 'when'], msg: 'Field required', type: 'missing' },
      { loc: ['body', 'list', 1], msg: 'Input should be a valid string', type: 'string_type' },
      { loc: ['body', 'model', 'a'], msg: 'Field required', type: 'missing' },
    ])
  })

  it('gives JSON pointers beside the locations', async () => {
    const answer = await app.inject({ method: 'POST', url: '/thing/1', payload: { ...good, 'a/b~c': 1 } })
    expect(answer.json().errors).toEqual([{ path: '/body/a~1b~0c', message: 'Input should be a valid string' }])
  })

  it('is told that its body is missing', async () => {
    const answer = await app.inject({ method: 'POST', url: '/thing/1' })
    expect(answer.json().detail).toEqual([{ loc: ['body'], msg: 'Field required', type: 'missing' }])
    expect(await issues({ body: null })).toEqual([{ loc: ['body'], msg: 'Field required', type: 'missing' }])
  })

  it('is told that its body is no object', async () => {
    expect(await issues({ body: [] })).toMatchObject([{ loc: ['body'], type: 'model_attributes_type' }])
  })

  it.each([
    ['/thing/1?limit=many', ['query', 'limit'], 'int_parsing'],
    ['/thing/1?limit=0', ['query', 'limit'], 'greater_than_equal'],
    ['/thing/1?deep=perhaps', ['query', 'deep'], 'bool_parsing'],
    ['/thing/123456789', ['path', 'id'], 'string_too_long'],
  ])('is told what part %s is off in', async (url, loc, type) => {
    expect(await issues({ url })).toMatchObject([{ loc, type }])
  })

  it('is told which header is off', async () => {
    expect(await issues({ headers: { 'x-count': 'some' } })).toMatchObject([
      { loc: ['header', 'x-count'], type: 'float_parsing' },
    ])
  })

  it('gets a bounded answer, however much is wrong', async () => {
    expect(await issues({ url: '/strings', body: new Array(300).fill(1) })).toHaveLength(100)
    expect(await issues({ url: '/strings', body: new Array(100_000).fill(1) })).toHaveLength(1)
  })
})

describe('a request that fits its schema', () => {
  it('has its query coerced and its body left as it is', async () => {
    const answer = await app.inject({ method: 'POST', url: '/thing/1?limit=5&tag=x&deep=true', payload: good })
    expect(answer.json()).toEqual({ query: { limit: 5, tag: ['x'], deep: true }, body: good })
  })
})
