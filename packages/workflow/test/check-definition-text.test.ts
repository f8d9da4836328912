import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { checkDefinition } from '../src/check/check-definition.ts'
import { checkDefinitionText, checkTextInSteps } from '../src/check/check-definition-text.ts'

/** `<line>:<column> <path> <message>` of each problem. */
function placesOf(text: string, format?: 'json' | 'yaml'): string[] {
  return checkDefinitionText(text, format).problems.map(
    ({ line, column, path, message }) => `${line}:${column} ${path} ${message}`,
  )
}

const YAML = `# A definition in YAML
id: report
timeout: 1h
tasks:
  - taskId: fetch
    parameters: &shared
      url: \${{ input.url }}
      tags: [a, "b"]
    nextTaskId: print
  - taskId: print
    parameters: *shared
    name: >-
      Print
      it
`

describe('a definition in text', () => {
  it('reads YAML as it reads the same in JSON', () => {
    const yaml = checkDefinitionText(YAML)
    expect(yaml.problems).toEqual([])
    expect(yaml.compiled?.tasks[1]).toMatchObject({ name: 'Print it', parameters: { tags: ['a', 'b'] } })
    const json = checkDefinitionText(JSON.stringify(yaml.definition, null, 2))
    expect(json).toEqual(yaml)
  })

  it('reads the load plan’s sample as it stands', async () => {
    const text = await readFile(new URL('../../../docs/sample_workflow.json', import.meta.url), 'utf8')
    expect(checkDefinitionText(text).problems).toEqual([])
  })

  it('tells the line and column of every problem in YAML', () => {
    const text = [
      'id: w',
      'tasks:',
      '  - taskId: a',
      '    priority: high',
      '    next:',
      '      - to: b',
      '        when: result >',
      '      - { to: c, wen: x }',
      '  - taskId: c',
      '    nextTaskId: a',
      '  - {}',
    ].join('\n')
    expect(placesOf(text)).toEqual([
      '8:18 /tasks/0/next/1/wen Unknown field "wen"; did you mean "when"?',
      '4:5 /tasks/0/priority "priority" must be an integer from 0 to 9',
      '11:5 /tasks/2/taskId "taskId" is required',
      '6:9 /tasks/0/next/0/to There is no task "b"',
      '10:5 /tasks/1/nextTaskId The tasks lead in a circle: a → c → a',
      '7:9 /tasks/0/next/0/when Unexpected token: EOF (character 9 of the expression)',
    ])
  })

  it('tells the line and column of every problem in JSON', () => {
    const text = '{\n  "id": "w",\n  "tasks": [\n    {"taskId": "a", "a/b~c": 1,\n     "nextTaskId": "b"}, 7\n  ]\n}'
    expect(placesOf(text)).toEqual([
      '4:21 /tasks/0/a~1b~0c Unknown field "a/b~c"',
      '5:26 /tasks/1 A task must be an object',
      '5:6 /tasks/0/nextTaskId There is no task "b"',
    ])
  })

  it.each([
    ['{"id": "a",\n "id": "b"}', '2:2  The key "id" stands here twice'],
    ['id: a\nid: b', '2:1  The key "id" stands here twice'],
    ['{"id": 1,}', '1:10  Here a string is expected, not "}"'],
    ['{"id" 1}', '1:7  Here ":" is expected, not "1"'],
    ['{"id": [1', '1:10  Here "," or "]" is expected, but the text ends'],
    ['{"id": nul}', '1:8  Here a value is expected, not "n"'],
    ['{"id": 01}', '1:9  Here "," or "}" is expected, not "1"'],
    ['{"id": "a\n"}', '1:8  This string is not closed, or not escaped as JSON wants it'],
    ['{"id": "\\x"}', '1:8  This string is not closed, or not escaped as JSON wants it'],
    ['{"id": "a', '1:8  This string is not closed, or not escaped as JSON wants it'],
    ['{} {}', '1:4  Here the end is expected, not "{"'],
    ['id: !!js/function x', '1:5  Tags are not available'],
    ['? {a: 1}\n: 2', '1:1  Keys are plain: "?" is not available'],
    ['{a: 1}: 2\nb: 3', '1:2  Here a string is expected, not "a"'],
    ['[a]: 2\nb: 3', '1:1  A key must be plain text'],
    ['%YAML 1.1\n---\na: 1', '1:1  Directives are not available'],
    ['a: 1\n---\nb: 2\n---\nc: 3', '4:1  This has more than one document'],
    ['a: *b', '1:4  There is no anchor "b" before this'],
    ['a: &a [*a]', '1:8  There is no anchor "a" before this'],
    ['a: .inf', '1:4  This is not a value of JSON'],
    ['.inf: a', '1:1  This is not a value of JSON'],
    [
      'a: &a {b: 1}\nc:\n  <<: *a',
      '3:3  Merge keys (<<) are not available: write the keys out here, or use the alias as the whole value',
    ],
    ['{"id": "a",\n "b": "\\ud83d"}', '2:7  This text holds half a surrogate pair'],
    ['id: w\nb: ["\\ud83d"]', '2:5  This text holds half a surrogate pair'],
    ['id: w\n"\\ude00": 1', '2:1  This text holds half a surrogate pair'],
  ])('refuses %j', (text, problem) => {
    expect(placesOf(text)).toEqual([problem])
    expect(checkDefinitionText(text).compiled).toBeNull()
  })

  it('may have a key << in quotes, which is a key like any other', () => {
    const task = { taskId: 'a', parameters: { '<<': 1 } }
    for (const text of [
      JSON.stringify({ id: 'w', tasks: [task] }),
      'id: w\ntasks: [{ taskId: a, parameters: { "<<": 1 } }]',
    ]) {
      expect(checkDefinitionText(text)).toMatchObject({ problems: [], definition: { tasks: [task] } })
    }
  })

  it.each([
    [
      'Latin-1',
      'latin1',
      'id: w\ndescription: caf\u00e9',
      '2:17  The byte 0xe9 here is not UTF-8; the text must be saved as UTF-8',
    ],
    ['UTF-16', 'utf16le', '\ufeffid: w', '1:1  The byte 0xff here is not UTF-8; the text must be saved as UTF-8'],
  ] as const)('is refused as bytes of %s', (_name, encoding, text, problem) => {
    const { problems, compiled } = checkDefinitionText(Buffer.from(text, encoding))
    expect(problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`)).toEqual([problem])
    expect(compiled).toBeNull()
  })

  it('says where a byte is off, behind characters that look like one that is', () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffid: w\n# \ufffd \u{1f600} \ufffd'), Buffer.from([0xc3, 0x28])])
    expect(checkDefinitionText(bytes).problems).toMatchObject([
      { line: 2, column: 9, message: expect.stringContaining('0xc3') },
    ])
  })

  it('may begin with the mark of its byte order, as text and as bytes', () => {
    for (const text of ['id: w\ntasks: []', '{"id": "w", "tasks": []}']) {
      const marked = `\ufeff${text}`
      for (const source of [marked, Buffer.from(marked)]) {
        for (const format of [undefined, text.startsWith('{') ? 'json' : 'yaml'] as const) {
          expect(checkDefinitionText(source, format)).toMatchObject({
            problems: [],
            definition: { id: 'w', tasks: [] },
          })
        }
      }
    }
    expect(placesOf('\ufeff{"id": 1 x}')).toEqual(['1:10  Here "," or "}" is expected, not "x"'])
  })

  it('is what the format says it is', () => {
    expect(placesOf('id: w', 'json')).toEqual(['1:1  Here a value is expected, not "i"'])
    expect(checkDefinitionText('{id: w, tasks: []}', 'yaml').problems).toEqual([])
    expect(placesOf('{id: w, tasks: []}')).toEqual(['1:2  Here a string is expected, not "i"'])
  })
})

it('finds in JSON what it finds in its value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const fromText = checkDefinitionText(JSON.stringify(value), 'json').problems
      expect(fromText.map(({ path, message, severity }) => ({ path, message, severity }))).toEqual(
        checkDefinition(value).problems,
      )
    }),
  )
})

describe('500 tasks of ten lines', () => {
  const tasks = Array.from({ length: 500 }, (_, index) => ({
    taskId: `t${index}`,
    name: `Task ${index}`,
    agentCapability: 'test_capability',
    parameters: { a: 1, b: 'some text', c: true, d: 'more text', e: 2.5 },
    ...(index < 499 ? { nextTaskId: `t${index + 1}` } : {}),
  }))
  const definition = { id: 'w', name: 'W', tasks }
  const yaml = stringify(definition)

  it.each([
    ['JSON', JSON.stringify(definition)],
    ['YAML', yaml],
  ])('are within the bounds as %s', (_format, text) => {
    const checked = checkDefinitionText(text)
    expect(checked.problems).toEqual([])
    expect(checked.definition).toEqual(definition)
  })

  it('are read from YAML in many steps, so that others have a turn between', () => {
    const steps = [...checkTextInSteps(yaml, 'yaml')]
    expect(steps.length).toBeGreaterThan(yaml.split('\n').length / 500)
  })
})

it('never throws, whatever the text', () => {
  const piece = fc.constantFrom(
    'id: w\n',
    'tasks:\n',
    '  - ',
    'taskId: a\n',
    '{',
    '}',
    '[',
    ']',
    ',',
    ': ',
    '"',
    "'",
    '&a ',
    '*a',
    '|\n',
    '\t',
    '#',
    '\n',
    ' ',
    '!x ',
    '%',
    '---\n',
    '...\n',
    '\0',
    '\u{feff}',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(text, (source) => {
      const { problems, compiled } = checkDefinitionText(source)
      expect(compiled === null).toBe(problems.some(({ severity }) => severity === 'error'))
      for (const { line, column } of problems) expect((line ?? 0) >= 1 && (column ?? 0) >= 1).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})
