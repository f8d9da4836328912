/** Definitions made to hurt (reliability.md, fault catalogue F). Each is refused for its own reason. */
import { describe, expect, it } from 'vitest'
import { checkDefinition } from '../src/check/check-definition.ts'
import { checkDefinitionText } from '../src/check/check-definition-text.ts'

function tasks(count: number, rest: (index: number) => object = () => ({})) {
  return Array.from({ length: count }, (_, index) => ({ taskId: `t${index}`, ...rest(index) }))
}

function edges(count: number) {
  return Array.from({ length: count }, (_, index) => ({ to: `t${index}` }))
}

function withOutput(output: unknown) {
  return { id: 'w', tasks: [], output }
}

function withCondition(when: string) {
  return { id: 'w', tasks: [{ taskId: 'a', next: [{ to: 'b', when }] }, { taskId: 'b' }] }
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

function circular(): unknown {
  const value: Record<string, unknown> = { id: 'w', tasks: [] }
  value.output = value
  return value
}

/** Small in memory, and 9^9 values when written out. */
function bomb(): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < 9; level += 1) value = Array.from({ length: 9 }, () => value)
  return value
}

const MANY_FIELDS = Object.fromEntries(tasks(200_000).map(({ taskId }) => [taskId, 1]))
const CIRCLE = tasks(500, (index) => ({ nextTaskId: `t${(index + 1) % 500}` }))
const TOO_MANY_PARTS = 'The definition has more than 40000 keys and values'
const AT_START = '(character 1 of the expression)'

describe('a definition is refused that', () => {
  const values: [string, unknown, string][] = [
    ['has 10,000 tasks', { id: 'w', tasks: tasks(10_000) }, 'A definition has at most 500 tasks; this one has 10000'],
    [
      'has 5,000 edges',
      { id: 'w', tasks: tasks(500, () => ({ next: edges(10) })) },
      'A definition has at most 2500 edges; this one has 5000',
    ],
    [
      'is one circle',
      { id: 'w', tasks: CIRCLE },
      'The tasks lead in a circle: t0 → t1 → t2 → t3 → t4 → t5 → t6 → t7 → … → t0',
    ],
    ['is 10,000 deep', withOutput(nested(10_000)), 'The definition is nested more than 32 deep'],
    ['holds itself', circular(), 'The definition is nested more than 32 deep'],
    ['repeats its parts 9^9 times', withOutput(bomb()), TOO_MANY_PARTS],
    ['is 340,000 empty objects', withOutput(Array.from({ length: 340_000 }, () => ({}))), TOO_MANY_PARTS],
    ['is 2 MB of text', withOutput('x'.repeat(2_000_000)), 'The definition is larger than 1 MiB'],
    ['is 2 MB of fields', MANY_FIELDS, TOO_MANY_PARTS],
    ['has prototype keys', withOutput(JSON.parse('{"__proto__": {"a": 1}}')), 'A key must not be "__proto__"'],
    ['has a constructor', withOutput({ constructor: { prototype: {} } }), 'A key must not be "constructor"'],
    [
      'has 4 KiB of parentheses',
      withCondition('('.repeat(4_096)),
      'Exceeded maxDepth (64) (character 65 of the expression)',
    ],
    [
      'has 4 KiB of brackets',
      withCondition('['.repeat(4_096)),
      'Exceeded maxDepth (64) (character 65 of the expression)',
    ],
    [
      'has a unary chain',
      withCondition(`${'!'.repeat(900)}true`),
      'The expression is nested more than 64 deep (character 65 of the expression)',
    ],
    [
      'has nested ternaries',
      withCondition(`${'true ? '.repeat(500)}1`),
      'Exceeded maxDepth (64) (character 449 of the expression)',
    ],
    [
      'has a chain of sums',
      withCondition(`${'1 + '.repeat(400)}1 == 1`),
      `The expression is nested more than 64 deep ${AT_START}`,
    ],
    [
      'has a regular expression',
      withCondition('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")'),
      `matches() is not available: a regular expression has no bounded cost ${AT_START}`,
    ],
    [
      'has a condition of 5 KiB',
      withCondition(`"${'a'.repeat(5_000)}" == ""`),
      '"when" must be text of 0 to 4096 characters',
    ],
    [
      'has an expression of 5 KiB',
      withOutput(`\${{ "${'a'.repeat(5_000)}" }}`),
      `The expression is longer than 4096 characters ${AT_START}`,
    ],
    [
      'has 20,000 expressions',
      withOutput(Array.from({ length: 20_000 }, () => '${{1}}')),
      'The definition has too many expressions: they are more than 128 KiB',
    ],
    [
      'has an id of 1 MB',
      { id: 'w'.repeat(1_000_000), tasks: [] },
      '"id" must be an id: 1 to 128 letters, digits or . _ : -',
    ],
    [
      'has a duration of 1 MB',
      { id: 'w', timeout: '1h'.repeat(500_000), tasks: [] },
      '"timeout" must be a duration: "30s", "1h30m", "2d", or seconds as a number',
    ],
  ]

  it.each(values)('%s', (_name, value, message) => {
    const { problems, compiled } = checkDefinition(value)
    expect(problems.map((problem) => problem.message)).toContain(message)
    expect(compiled).toBeNull()
  })

  it('has 19,000 unknown fields, in a short answer', () => {
    const fields = Object.fromEntries(tasks(19_000).map(({ taskId }) => [taskId, 1]))
    const { problems } = checkDefinition({ id: 'w', tasks: [{ taskId: 'a', ...fields }] })
    expect(problems).toHaveLength(21)
    expect(problems.at(-1)?.message).toBe('There are 18980 more unknown fields here')
  })

  it('has more problems than anybody reads, in a short answer', () => {
    const dangling = tasks(500, (index) => ({ next: edges(5).map(({ to }) => ({ to: `${index}${to}` })) }))
    const { problems } = checkDefinition({ id: 'w', tasks: dangling })
    expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(101)
    expect(problems.map(({ message }) => message)).toContain('There are 2400 more errors')
  })
})

describe('a text is refused that', () => {
  const tooManyLines = 'This has more than 20000 lines; as JSON it may be larger'
  const levels = Array.from('abcdefghi')
  const aliases = levels.map((name, level) => {
    const parts = Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*${levels[level - 1]}`))
    return `${name}: &${name} [${parts.join(', ')}]`
  })
  const indented = Array.from({ length: 900 }, (_, level) => `${' '.repeat(level)}a:`)

  const texts: [string, string, string][] = [
    ['nests brackets', '['.repeat(400_000), 'Nested more than 32 deep'],
    ['nests objects', '{"a":'.repeat(200_000), 'Nested more than 32 deep'],
    ['nests dashes', '- '.repeat(200_000), 'Nested more than 32 deep'],
    ['nests by indentation', indented.join('\n'), 'Nested more than 32 deep'],
    ['nests keys', '? '.repeat(40), 'Keys are plain: "?" is not available'],
    ['is a bomb of aliases', aliases.join('\n'), TOO_MANY_PARTS],
    [
      'has 10,000 anchors',
      tasks(10_000)
        .map(({ taskId }) => `- &${taskId} x`)
        .join('\n'),
      'This has more than 100 anchors',
    ],
    [
      'has 7,000 keys',
      tasks(7_000)
        .map(({ taskId }) => `${taskId}: 1`)
        .join('\n'),
      'This has more than 16000 symbols; as JSON it may be larger',
    ],
    ['has 500,000 lines', '\n'.repeat(500_000), tooManyLines],
    ['has 20,000 lines of comments and one more', `${'#\n'.repeat(20_000)}a: 1`, tooManyLines],
    ['has 15,000 documents', '---\n'.repeat(15_000), 'This has more than one document'],
    ['has a second document behind the end of the first', 'id: w\n...\nid: v', 'This has more than one document'],
    ['is 600 KB of YAML', `a: ${'x'.repeat(600_000)}`, 'This is larger than 512 KiB; as JSON it may be 1 MiB'],
    ['is 2 MB', ' '.repeat(2_000_000), 'The definition is larger than 1 MiB'],
    [
      'is 1 MB of backslashes',
      `{"a": "${'\\'.repeat(1_000_000)}`,
      'This string is not closed, or not escaped as JSON wants it',
    ],
  ]

  it.each(texts)('%s', (_name, text, message) => {
    const { problems, compiled } = checkDefinitionText(text)
    expect(problems.map((problem) => problem.message)).toContain(message)
    expect(compiled).toBeNull()
  })
})
