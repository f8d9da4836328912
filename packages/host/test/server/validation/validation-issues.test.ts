import { afterAll, describe, expect, it } from 'vitest'
import { createHttpApp } from '../../../src/index.ts'
import { silentLog } from '../../silent-log.ts'

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
      url: { type: 'string', format: 'http-url', minLength: 1, maxLength: 2083 },
      password: { type: 'integer' },
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
      'Input should be a valid datetime or date, input is too short',
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
    [
      'text that is no number',
      { count: 'x' },
      'count',
      'int_parsing',
      'Input should be a valid integer, unable to parse string as an integer',
    ],
    ['too small a number', { count: 0 }, 'count', 'greater_than_equal', 'Input should be greater than or equal to 1'],
    ['too large a number', { count: 10 }, 'count', 'less_than_equal', 'Input should be less than or equal to 9'],
    ['a number at an open lower bound', { ratio: 0 }, 'ratio', 'greater_than', 'Input should be greater than 0'],
    ['a number at an open upper bound', { ratio: 1 }, 'ratio', 'less_than', 'Input should be less than 1'],
    ['a wrong number', { ratio: true }, 'ratio', 'float_type', 'Input should be a valid number'],
    ['a number between steps', { even: 3 }, 'even', 'multiple_of', 'Input should be a multiple of 2'],
    ['a boolean as a number, which is not coerced', { on: 1 }, 'on', 'bool_type', 'Input should be a valid boolean'],
    [
      'a word that is no boolean',
      { on: 'maybe' },
      'on',
      'bool_parsing',
      'Input should be a valid boolean, unable to interpret input',
    ],
    ['a URL that is a number', { url: 5 }, 'url', 'url_type', 'URL input should be a string or URL'],
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
    const [input] = Object.values(off)
    expect(await issues({ body: { ...good, ...off } })).toEqual([{ loc: ['body', field], msg, type, input }])
  })

  it('names everything at once, with the way to each', async () => {
    const body = { id: 'abc', list: ['a', 7], model: {} }
    expect(await issues({ body })).toEqual([
      { loc: ['body', 'when'], msg: 'Field required', type: 'missing', input: body },
      { loc: ['body', 'list', 1], msg: 'Input should be a valid string', type: 'string_type', input: 7 },
      { loc: ['body', 'model', 'a'], msg: 'Field required', type: 'missing', input: {} },
    ])
  })

  it('gives JSON pointers beside the locations', async () => {
    const answer = await app.inject({ method: 'POST', url: '/thing/1', payload: { ...good, 'a/b~c': 1 } })
    expect(answer.json().errors).toEqual([{ path: '/body/a~1b~0c', message: 'Input should be a valid string' }])
  })

  it('is told that its body is missing', async () => {
    const answer = await app.inject({ method: 'POST', url: '/thing/1' })
    const missing = { loc: ['body'], msg: 'Field required', type: 'missing', input: null }
    expect(answer.json().detail).toEqual([missing])
    expect(await issues({ body: null })).toEqual([missing])
  })

  it('is told that its body is no object', async () => {
    expect(await issues({ body: [] })).toMatchObject([{ loc: ['body'], type: 'model_attributes_type', input: [] }])
  })

  it.each([
    ['/thing/1?limit=many', ['query', 'limit'], 'int_parsing', 'many'],
    ['/thing/1?limit=0', ['query', 'limit'], 'greater_than_equal', '0'],
    ['/thing/1?deep=perhaps', ['query', 'deep'], 'bool_parsing', 'perhaps'],
    ['/thing/123456789', ['path', 'id'], 'string_too_long', '123456789'],
  ])('is told what part %s is off in', async (url, loc, type, input) => {
    expect(await issues({ url })).toMatchObject([{ loc, type, input }])
  })

  it.each(['0x10', '1e2', '%2B5', '%205', '5%20', '5.0', '', '1_0', '٥'])(
    'is told that limit=%s is no integer',
    async (text) => {
      expect(await issues({ url: `/thing/1?limit=${text}` })).toMatchObject([
        { loc: ['query', 'limit'], type: 'int_parsing', input: decodeURIComponent(text) },
      ])
    },
  )

  it.each([
    ['Limit=5', 'Limit', 'Extra inputs are not permitted; did you mean "limit"?'],
    ['tags=a&tags=b', 'tags', 'Extra inputs are not permitted; did you mean "tag"?'],
    ['colour=red', 'colour', 'Extra inputs are not permitted'],
    ['__proto__=1', '__proto__', 'Extra inputs are not permitted'],
  ])('is told that ?%s is no parameter', async (query, name, msg) => {
    expect(await issues({ url: `/thing/1?${query}` })).toMatchObject([
      { loc: ['query', name], type: 'extra_forbidden', msg },
    ])
  })

  it('is told which header is off', async () => {
    expect(await issues({ headers: { 'x-count': 'some' } })).toMatchObject([
      { loc: ['header', 'x-count'], type: 'float_parsing', input: 'some' },
    ])
  })

  it.each([
    ['soon', 'datetime_from_date_parsing', 'or date, input is too short'],
    ['', 'datetime_from_date_parsing', 'or date, input is too short'],
    ['tomorrow at noon', 'datetime_from_date_parsing', 'or date, invalid character in year'],
    ['2025/04/21', 'datetime_from_date_parsing', 'or date, invalid date separator, expected `-`'],
    ['2025-0x-01', 'datetime_from_date_parsing', 'or date, invalid character in month'],
    ['2025-04/21', 'datetime_from_date_parsing', 'or date, invalid date separator, expected `-`'],
    ['2025-01-0x', 'datetime_from_date_parsing', 'or date, invalid character in day'],
    ['2025-13-01T00:00:00', 'datetime_from_date_parsing', 'or date, month value is outside expected range of 1-12'],
    ['2025-02-30T00:00:00', 'datetime_from_date_parsing', 'or date, day value is outside expected range'],
    [
      '2025-04-21T25:00:00',
      'datetime_from_date_parsing',
      'or date, unexpected extra characters at the end of the input',
    ],
    ['2025-04-21', 'datetime_parsing', 'input is too short'],
    ['0000-01-01T00:00:00Z', 'datetime_parsing', 'year 0 is out of range'],
  ])('is told why %j is no date-time', async (when, type, why) => {
    const msg = `Input should be a valid datetime${why.startsWith('or') ? ' ' : ', '}${why}`
    expect(await issues({ body: { ...good, when } })).toMatchObject([{ loc: ['body', 'when'], type, msg }])
  })

  it.each([
    ['not-a-url', 'relative URL without a base'],
    ['//x', 'relative URL without a base'],
    ['', 'input is empty'],
    ['http://', 'empty host'],
    ['http://:80/', 'empty host'],
    ['http://x:99999/', 'invalid port number'],
    ['http://x:abc/', 'invalid port number'],
    ['http://[::1', 'invalid IPv6 address'],
    ['http://1.2.3.400/', 'invalid IPv4 address'],
    ['http://a b/', 'invalid international domain name'],
    ['http://%zz/', 'invalid international domain name'],
  ])('is told why %j is no URL', async (url, why) => {
    const msg = `Input should be a valid URL, ${why}`
    expect(await issues({ body: { ...good, url } })).toEqual([
      { loc: ['body', 'url'], type: 'url_parsing', msg, input: url },
    ])
  })

  it.each(['ftp://x/', 'javascript:alert(1)', 'mailto:a@b'])('is told that %s is of another scheme', async (url) => {
    const msg = "URL scheme should be 'http' or 'https'"
    expect(await issues({ body: { ...good, url } })).toMatchObject([{ type: 'url_scheme', msg }])
  })

  it('is told that a URL is too long', async () => {
    const msg = 'URL should have at most 2083 characters'
    const url = `http://x/${'a'.repeat(2075)}`
    expect(await issues({ body: { ...good, url } })).toMatchObject([{ type: 'url_too_long', msg }])
  })

  it('is shown no credential, whether it is what is off or lies beside it', async () => {
    const body = { ...good, id: 7, password: 'hunter2', url: 'ftp://user:hunter2@x/' }
    expect(await issues({ body })).toMatchObject([
      { loc: ['body', 'id'], input: 7 },
      { loc: ['body', 'url'], input: 'ftp://[redacted]@x/' },
      { loc: ['body', 'password'], input: '[redacted]' },
    ])
    const [missing] = await issues({
      body: { id: 'abc', model: {}, map: { apiKey: 'hunter2', a: { token: ['hunter2'] } } },
    })
    expect(missing.input).toEqual({ id: 'abc', model: {}, map: { apiKey: '[redacted]', a: { token: '[redacted]' } } })
  })

  it('is shown a bounded part of what was off', async () => {
    const long = '😀'.repeat(100_000)
    const [text] = await issues({ body: { ...good, id: long } })
    expect(text.input.isWellFormed()).toBe(true)
    expect(text.input.length).toBeLessThan(300)
    expect(text.input.endsWith('…')).toBe(true)
    for (const map of [
      new Array(4_000).fill('x'),
      [[[[[[[[{}]]]]]]]],
      [Object.fromEntries([...new Array(900).keys()].entries())],
    ]) {
      const [issue] = await issues({ body: { ...good, map } })
      expect(JSON.stringify(issue.input).length).toBeLessThan(2_000)
      expect(JSON.stringify(issue.input)).toContain('…')
    }
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

  it.each(['http://localhost:8080', 'HTTP://X', 'https://[::1]:8443/a?b', 'http://a_b/'])(
    'may have the URL %s',
    async (url) => {
      const answer = await app.inject({ method: 'POST', url: '/thing/1', payload: { ...good, url } })
      expect(answer.statusCode).toBe(200)
    },
  )
})
