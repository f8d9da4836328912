import type { Json } from '@opscore/contract'
import { parseStored } from '@opscore/contract/exact-json'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { containsTemplate, evaluateCondition, evaluateTemplate, type Roots } from '../src/expression/expression.ts'

const ROOTS: Roots = {
  input: {
    n: 5,
    f: 0.5,
    zero: 0,
    name: 'Ada',
    empty: null,
    yes: true,
    list: [1, 2, 3],
    people: [
      { name: 'Ada', age: 36 },
      { name: 'Bob', age: 7 },
    ],
    deep: { a: { b: 'c' } },
  },
  tasks: {
    fetch: { result: { status: 200 }, error: null },
    'try-it': { result: null, error: { code: 'E', message: 'm' } },
  },
  session: { sessionId: 's', workflowId: 'w', agentId: 'agent', metadata: {} },
  result: { score: 0.8 },
  error: null,
}

function resultOf(expression: string): Json {
  const evaluated = evaluateTemplate(`\${{ ${expression} }}`, ROOTS)
  if (!evaluated.ok) throw new Error(evaluated.message)
  return evaluated.value
}

function failureOf(expression: string, roots: Roots = ROOTS): string {
  const evaluated = evaluateTemplate(`\${{ ${expression} }}`, roots)
  return evaluated.ok ? `yields ${JSON.stringify(evaluated.value)}` : evaluated.message
}

describe('expressions', () => {
  const values: [string, Json][] = [
    ['input.n > 5', false],
    ['input.n == 5', true],
    ['input.n == 5.0', true],
    ['5 == 5.0', true],
    ['result.score >= 0.8', true],
    ['input.n + 1', 6],
    ['input.n + 0.5', 5.5],
    ['input.n / 2', 2.5],
    ['5 / 2', 2.5],
    ['int(5 / 2)', 2],
    ['input.n % 2 == 1', true],
    ['-input.n * 2', -10],
    ['-input.zero', 0],
    ['input.list[input.n - 3]', 3],
    ['input.list[0] + size(input.list)', 4],
    ['2 in input.list', true],
    ['"deep" in input', true],
    ['input.list == [1, 2.0, 3]', true],
    ['input.deep == {"a": {"b": "c"}}', true],
    ['input.n == "5"', false],
    ['input.empty == null', true],
    ['input.n != null', true],
    ['"a" < "b" && "B" < "a"', true],
    ['input.name + "!"', 'Ada!'],
    ['"n = " + string(input.n)', 'n = 5'],
    ['string(0.5) + string(true)', '0.5true'],
    ['int("12") + double("1.5e1")', 27],
    ['int(-1.9)', -1],
    ['bool("true")', true],
    ['input.list + [4]', [1, 2, 3, 4]],
    ['input["name"]', 'Ada'],
    ['input.yes ? "a" : "b"', 'a'],
    ['input.yes ? null : 5', null],
    ['{"a": input.n, "b": [input.name, null]}', { a: 5, b: ['Ada', null] }],
    ['tasks.fetch.result.status', 200],
    ['tasks["try-it"].error.code', 'E'],
    ['session.agentId', 'agent'],
    ['error', null],
    ['input.people.exists(p, p.age > 30)', true],
    ['input.people.all(p, p.age > 30)', false],
    ['input.people.exists_one(p, p.age > 30)', true],
    ['input.people.filter(p, p.age < 30).map(p, p.name)', ['Bob']],
    ['input.people.map(p, p.age > 30, p.name)', ['Ada']],
    [
      'input.list.map(a, input.list.map(b, a * b))',
      [
        [1, 2, 3],
        [2, 4, 6],
        [3, 6, 9],
      ],
    ],
    ['input.deep.map(key, key)', ['a']],
    ['[].all(x, false)', true],
    ['"a,b".split(",").join("-")', 'a-b'],
    ['["a", "b"].join()', 'ab'],
    ['" Ada ".trim().upperAscii().lowerAscii()', 'ada'],
    ['"Ada".startsWith("A") && "Ada".endsWith("a") && "Ada".contains("d")', true],
    ['size("😀é") + "😀é".size()', 4],
    ['"😀é".substring(1) + "abc".substring(0, 2)', 'éab'],
    ['size(input.deep)', 1],
    ['0x10 + 1e1', 26],
    ['!(1 > 2) || false', true],
  ]
  it.each(values)('%s is %j', (expression, expected) => {
    expect(resultOf(expression)).toEqual(expected)
  })

  const failures: [string, string][] = [
    ['input.missing', 'There is no "missing" here'],
    ['input.name.first', 'There is no "first" in "Ada"'],
    ['input.list[3]', 'There is no element 3 in a list of 3'],
    ['input.list[0.5]', 'There is no element 0.5 in a list of 3'],
    ['input.list[-1]', 'There is no element -1 in a list of 3'],
    ['input.toString', 'There is no "toString" here'],
    ['input.__proto__', 'There is no "__proto__" here'],
    ['input.list.length', 'There is no element "length" in a list of 3'],
    ['tasks.other.result', 'Task "other" has not run'],
    ['tasks.constructor.result', 'Task "constructor" has not run'],
    ['"n = " + input.n', '+ cannot add "n = " and 5; string() makes text of a number'],
    ['input.n / input.zero', 'Division by zero'],
    ['1e308 * 10', 'The number is too large'],
    ['input.n ? 1 : 2', '? needs true or false, not 5'],
    ['1 < "a"', '< cannot compare 1 and "a"'],
    ['-"a"', '- needs a number, not "a"'],
    ['int("0x10")', 'int() cannot read "0x10" as a number'],
    ['bool(1)', 'bool() takes true, false or their text, not 1'],
    ['size(5)', 'size() takes a string, list or map, not 5'],
    ['"abc".substring(2, 9)', 'substring() is out of range: the string has 3 characters'],
    ['{1: 2}', "A map's keys are strings, not 1"],
    ['{"__proto__": 1}', 'A key must not be "__proto__"'],
    ['input.n.map(x, x)', 'Only a list or a map has elements, not 5'],
    ['input.name.matches("a+")', 'matches() is not available: a regular expression has no bounded cost'],
    ['nothing', 'Unknown name "nothing"'],
    ['sise(input.list)', 'There is no function sise(); did you mean "size"?'],
    ['input.name.constructor()', 'There is no method constructor()'],
    ['cel.bind(a, 1, a)', 'There is no method bind()'],
    ['size()', 'size() takes 1 argument, not 0'],
    ['b"a"', 'Bytes and unsigned literals are not available; values are JSON'],
    ['5u', 'Bytes and unsigned literals are not available; values are JSON'],
    ['9007199254740993', '9007199254740993 is too large to be kept exactly'],
    ['tasks', 'Name the task and what of it: tasks.<taskId>.result or tasks.<taskId>.error'],
    ['tasks[input.name].result', 'Name the task and what of it: tasks.<taskId>.result or tasks.<taskId>.error'],
    ['tasks.fetch.status', 'A task has "result" and "error", not "status"'],
    ['has(input)', 'has() takes one path, such as has(input.name)'],
    ['input.list.map(x)', 'map() takes a variable and an expression, such as map(item, item.ready)'],
  ]
  it.each(failures)('%s fails: %s', (expression, message) => {
    expect(failureOf(expression)).toBe(message)
  })
})

describe('has()', () => {
  it.each([
    ['input.name', true],
    ['input.empty', true],
    ['input.missing', false],
    ['input.missing.further.down', false],
    ['input.list[2]', true],
    ['input.list[3]', false],
    ['tasks.fetch.result', true],
    ['tasks.fetch.error', false],
    ['tasks.fetch.result.status', true],
    ['tasks.other.result', false],
  ])('of %s is %j', (path, expected) => {
    expect(resultOf(`has(${path})`)).toBe(expected)
  })
})

describe('a failure', () => {
  it('is absorbed where the other side decides alone, in either order', () => {
    expect(resultOf('input.missing || true')).toBe(true)
    expect(resultOf('true || input.missing')).toBe(true)
    expect(resultOf('input.missing && false')).toBe(false)
    expect(failureOf('input.missing || false')).toBe('There is no "missing" here')
    expect(failureOf('false || input.missing')).toBe('There is no "missing" here')
  })

  it('of one element is absorbed where another decides', () => {
    expect(resultOf('[{}, {"a": 1}].exists(x, x.a == 1)')).toBe(true)
    expect(resultOf('[{}, {"a": 1}].all(x, x.a == 2)')).toBe(false)
    expect(failureOf('[{}, {"a": 1}].all(x, x.a == 1)')).toBe('There is no "a" here')
    expect(failureOf('[{}, {"a": 1}].exists_one(x, x.a == 1)')).toBe('There is no "a" here')
  })
})

describe('a condition', () => {
  it('is true or false, or has failed', () => {
    expect(evaluateCondition('result.score >= 0.8', ROOTS)).toEqual({ ok: true, value: true })
    expect(evaluateCondition('result', ROOTS)).toEqual({
      ok: false,
      message: 'A condition must be true or false, not a map',
    })
    expect(evaluateCondition('result.score >', ROOTS)).toMatchObject({ ok: false })
  })
})

describe('a template', () => {
  it('becomes the value where it is wholly one expression, and text where it is not', () => {
    const template = {
      whole: '${{ input.list }}',
      text: '${{ input.name }} is ${{ input.n }}, ${{input.yes}}, ${{ input.empty }}, ${{ input.list }} ${{ input.deep }}',
      nested: [{ plain: 'x', again: '${{ {"a": {"b": "}}"}} }}' }, '${{ "${{" }}', 7],
      '${{ key }}': 'kept',
    }
    expect(evaluateTemplate(template, ROOTS)).toEqual({
      ok: true,
      value: {
        whole: [1, 2, 3],
        text: 'Ada is 5, true, null, [1,2,3] {"a":{"b":"c"}}',
        nested: [{ plain: 'x', again: { a: { b: '}}' } } }, '${{', 7],
        '${{ key }}': 'kept',
      },
    })
  })

  it('without expressions is handed back as it is', () => {
    const template = { a: ['$', '{{ x }}', { b: null }] }
    expect(containsTemplate(template)).toBe(false)
    expect(evaluateTemplate(template, ROOTS)).toEqual({ ok: true, value: template })
  })

  it('never evaluates what data holds', () => {
    const roots = { ...ROOTS, input: { x: '${{ session.agentId }}' } }
    expect(evaluateTemplate({ a: '${{ input.x }}', b: '> ${{ input.x }}' }, roots)).toEqual({
      ok: true,
      value: { a: '${{ session.agentId }}', b: '> ${{ session.agentId }}' },
    })
  })

  it('fails where an expression does, or is not closed', () => {
    expect(evaluateTemplate({ a: 'x ${{ input.missing }}' }, ROOTS)).toMatchObject({ ok: false })
    expect(evaluateTemplate({ a: 'x ${{ input.n ' }, ROOTS)).toEqual({
      ok: false,
      message: 'An expression that begins at character 3 is not closed',
    })
  })
})

describe('numbers', () => {
  it('compare and add as JSON numbers do, wherever they come from', () => {
    const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }))
    fc.assert(
      fc.property(number, number, (a, b) => {
        const roots = { ...ROOTS, input: { a, b } }
        const whole = evaluateTemplate('${{ [input.a < input.b, input.a == input.b, input.a + input.b] }}', roots)
        expect(whole).toEqual({ ok: true, value: [a < b, a === b, a + b + 0] })
      }),
    )
  })
})

describe('the cost of an evaluation is bounded', () => {
  const input = {
    big: Array.from({ length: 60_000 }, (_, index) => index),
    text: 'a'.repeat(200_000),
    maps: Array.from({ length: 5_000 }, (_, index) => ({ a: index })),
    same: Array.from({ length: 5_000 }, (_, index) => ({ a: index })),
  }
  const roots = { ...ROOTS, input }

  it.each([
    'input.big.exists(a, input.big.exists(b, a + b == -1))',
    'input.big.filter(a, a in input.big)',
    'input.maps.exists(x, input.maps == input.same && false)',
    'input.big.exists(a, input.text.contains("ab"))',
    'input.big.exists(a, input.text.contains(input.text))',
    'input.big.exists(a, a.b.c || input.text == "b")',
    'input.big.map(a, input.big + input.big)',
    'input.big.exists(a, input.text.split("").size() == 1)',
    'has(input.big.map(a, input.big.map(b, b))[0]) || true',
  ])('%s', (expression) => {
    expect(failureOf(expression, roots)).toBe('The expression costs more than 200000 steps')
  })

  it('by the size of strings and of results', () => {
    expect(failureOf('input.text + input.text', roots)).toBe('A string grew beyond 256 KiB')
    expect(failureOf('[input.text, input.text]', roots)).toBe('The result is larger than 256 KiB')
    expect(failureOf('[input.text, input.text].join()', roots)).toBe('A string grew beyond 256 KiB')
    expect(evaluateTemplate('${{ input.text }}${{ input.text }}', roots)).toMatchObject({ ok: false })
    const many = Array.from({ length: 100 }, () => '${{ input.text }}')
    expect(evaluateTemplate(many, roots)).toEqual({ ok: false, message: 'The result is larger than 256 KiB' })
  })
})

it('never throws, whatever the source', () => {
  const fragment = fc.constantFrom(
    'input',
    '.',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '+',
    '?',
    ':',
    '!',
    '-',
    '&&',
    'tasks',
    'map',
    'has',
    'x',
    ',',
    '1',
    ' ',
    'in',
    '\\',
    '\0',
  )
  const source = fc.oneof(
    fc.string(),
    fc.array(fragment, { maxLength: 30 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(source, (text) => {
      expect(typeof evaluateCondition(text, ROOTS).ok).toBe('boolean')
      expect(typeof evaluateTemplate(`\${{${text}}}`, ROOTS).ok).toBe('boolean')
    }),
    { numRuns: 2_000 },
  )
})

describe('an integer beyond 2^53 that was kept as it was written', () => {
  const input: Json = parseStored('{"n":1732579912345678901,"list":[9007199254740993,1]}')
  const roots: Roots = { ...ROOTS, input, result: parseStored('[9007199254740993]')[0] }
  const nearest = Number('1732579912345678901')

  it.each([
    'input.n > 1.73257991234567e18 && input.n < 1.73257991234569e18',
    'input.n == 1.7325799123456789e18',
    'input.n + 1 > 1',
    '9007199254740991 + 1 in input.list',
    'input.list == [9007199254740991 + 1, 1]',
    'input.list.exists(n, n > 2)',
    'result > 1 && size(string(result)) == 16',
    'has(input.n) && double(input.n) > 1.0',
  ])('is the nearest number where it is looked at: %s', (condition) => {
    expect(evaluateCondition(condition, roots)).toEqual({ ok: true, value: true })
  })

  it('is handed on as it is within what holds it', () => {
    const filled = evaluateTemplate(
      { all: '${{ input }}', text: 'got ${{ input.list }}', one: '${{ input.n }}' },
      roots,
    )
    const all = '{"n":1732579912345678901,"list":[9007199254740993,1]}'
    expect(JSON.stringify(filled.ok && filled.value)).toBe(
      `{"all":${all},"text":"got [9007199254740993,1]","one":${nearest}}`,
    )
  })
})
