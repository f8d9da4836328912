/** Definitions made to hurt (reliability.md, fault catalogue F), as somebody would send them. */
import { stringify } from 'yaml'

export interface SentDefinition {
  name: string
  format: 'json' | 'yaml'
  text: string
}

export const ID = 'definition'
/** Of the large ones. */
export const NAME = 'Large'

export const MISTYPED = '500 tasks of ten lines and a mistake'

const KIB = 1024
/** What YAML may have over HTTP. */
const YAML_LIMIT = 256 * KIB

function tasks(count: number, rest: (index: number) => object = () => ({})): { taskId: string }[] {
  return Array.from({ length: count }, (_, index) => ({ taskId: `t${index}`, ...rest(index) }))
}

const fields = (count: number) => Object.fromEntries(tasks(count).map(({ taskId }) => [taskId, 1]))
const withOutput = (output: unknown) => ({ id: ID, tasks: tasks(1), output })
const withCondition = (when: string) => ({
  id: ID,
  tasks: [{ taskId: 'a', next: [{ to: 'b', when }] }, { taskId: 'b' }],
})
const filled = (line: string, bytes = YAML_LIMIT) => line.repeat(Math.floor(bytes / line.length))
const edges = (index: number) => Array.from({ length: 5 }, (_, edge) => ({ to: `${'far'.repeat(40)}${index}-${edge}` }))

/** As large as they may be: ten lines a task in YAML, 1 MiB in JSON. */
function large(count: number, parameters: (index: number) => object): object {
  const rest = (index: number) => ({
    name: `Task ${index}`,
    agentCapability: 'test_capability',
    parameters: parameters(index),
    ...(index < count - 1 ? { nextTaskId: `t${index + 1}` } : {}),
  })
  return { id: ID, name: NAME, tasks: tasks(count, rest) }
}

const tenLines = () => ({ a: 1, b: 'some text', c: true, d: 'more text', e: 2.5 })
const twoKiB = () => Object.fromEntries(tasks(20).map(({ taskId }) => [taskId, 'x'.repeat(90)]))

/** To be refused, each for its own reason. */
export const POISON: readonly SentDefinition[] = [
  ...Object.entries({
    'one circle of 500 tasks': { id: ID, tasks: tasks(500, (index) => ({ nextTaskId: `t${(index + 1) % 500}` })) },
    '2,500 edges that lead nowhere': { id: ID, tasks: tasks(500, (index) => ({ next: edges(index) })) },
    '500 tasks of one id': { id: ID, tasks: tasks(500, () => ({ taskId: 'same' })) },
    '10,000 tasks': { id: ID, tasks: tasks(10_000) },
    '50,000 edges': { id: ID, tasks: tasks(500, () => ({ next: tasks(100, () => ({ to: 't1' })) })) },
    '90,000 unknown fields': { id: ID, tasks: [{ taskId: 'a', ...fields(90_000) }] },
    '85,000 fields and a gap': { id: ID, tasks: [{ taskId: 'a', nextTaskId: 'b' }], output: fields(85_000) },
    '400,000 numbers and a gap': {
      id: ID,
      tasks: [{ taskId: 'a', nextTaskId: 'b' }],
      output: Array.from({ length: 400_000 }, () => 1),
    },
    '19,900 fields and a gap': { id: ID, tasks: [{ taskId: 'a', nextTaskId: 'b' }], output: fields(19_900) },
    '4 KiB of parentheses': withCondition('('.repeat(4_096)),
    'a chain of sums': withCondition(`${'1 + '.repeat(400)}1 == 1`),
    'a chain of negations': withCondition(`${'!'.repeat(900)}true`),
    'a regular expression': withCondition('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")'),
    '128 KiB of expressions': withOutput(Array.from({ length: 1_100 }, () => `\${{ ${'1+'.repeat(50)}nobody }}`)),
    '100,000 expressions': withOutput(Array.from({ length: 100_000 }, () => '${{1}}')),
    '300,000 templates that begin': withOutput('${{'.repeat(300_000)),
    'an id of 1 MB': { id: 'w'.repeat(1_000_000), tasks: tasks(1) },
    'a duration of 1 MB': { id: ID, timeout: '1h'.repeat(500_000), tasks: tasks(1) },
    'text of 1.4 MiB': withOutput('x'.repeat(1_400 * KIB)),
  }).map(([name, value]) => ({ name, format: 'json' as const, text: JSON.stringify(value) })),
  {
    name: 'depth of 10,000',
    format: 'json',
    text: `{"id":"definition","output":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
  },
  { name: '1 MB of brackets', format: 'json', text: '['.repeat(1_000_000) },
  { name: 'prototype keys', format: 'json', text: '{"id":"definition","tasks":[],"__proto__":{"constructor":{}}}' },
  { name: '1 MB of backslashes', format: 'json', text: `{"id": "${'\\'.repeat(1_000_000)}` },
  ...Object.entries({
    'blank lines': filled('\n'),
    'blank lines of two characters': filled('\r\n'),
    'lines of one space': filled(' \n'),
    'lines of comments': filled('#\n'),
    spaces: filled(' '),
    'a bomb of aliases': aliases(),
    '30,000 anchors': filled('- &a x\n'),
    '100,000 documents': filled('---\n'),
    brackets: filled('['),
    dashes: filled('- '),
    'keys by question mark': filled('? '),
    indentation: Array.from({ length: 700 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
    'quotes that do not close': filled('"\n'),
    'one quote that does not close': `a: "${filled('x\n', YAML_LIMIT - 10)}`,
    'a list as long as may be': filled('- 1\n', 35_000),
    'a flow list as long as may be': `a: [${filled('1,', 17_500)}]`,
    'a map as long as may be': tasks(7_900)
      .map(({ taskId }) => `${taskId}: 1`)
      .join('\n'),
    'a scalar of blank lines': `a: |\n${filled('\n', YAML_LIMIT - 10)} x`,
    'a folded scalar of short lines': `a: >\n${filled(' x\n', YAML_LIMIT - 10)}`,
    'plain text of short lines': `a: x\n${filled(' x\n', YAML_LIMIT - 10)}`,
    'text of 300 KiB': `a: ${'x'.repeat(300 * KIB)}`,
  }).map(([name, text]) => ({ name, format: 'yaml' as const, text })),
]

/** As large as may be, and meant well: of the last the author has mistyped where its last task leads. */
export const LARGE: readonly SentDefinition[] = [
  { name: '500 tasks', format: 'json', text: JSON.stringify(large(500, tenLines)) },
  { name: '500 tasks of 2 KiB', format: 'json', text: JSON.stringify(large(500, twoKiB)) },
  { name: '500 tasks of ten lines', format: 'yaml', text: stringify(large(500, tenLines)) },
  {
    name: MISTYPED,
    format: 'yaml',
    text: `${stringify(large(500, tenLines)).trimEnd()}\n    nextTaskId: nowhere\n`,
  },
]

function aliases(): string {
  const levels = Array.from('abcdefghi')
  const lines = levels.map((name, level) => {
    const parts = Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*${levels[level - 1]}`))
    return `${name}: &${name} [${parts.join(', ')}]`
  })
  return lines.join('\n')
}
