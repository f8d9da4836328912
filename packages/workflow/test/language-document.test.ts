import { readFileSync } from 'node:fs'
import { Exposure, RetryPolicy, TaskDefinition, TaskTimeouts, WorkflowDefinition } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { checkDefinitionText } from '../src/check/check-definition-text.ts'
import { parseDuration } from '../src/compile/duration.ts'
import { DEFAULT_POLICIES } from '../src/compile/task-policies.ts'
import { FUNCTIONS } from '../src/expression/expression-functions.ts'

const document = readFileSync(new URL('../../../docs/workflow-language.md', import.meta.url), 'utf8')

const blocks = (language: string) =>
  [...document.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) => text ?? '')

/** The first cells of the table whose head begins so. */
function column(head: string): string[] {
  const table = document.split(`\n| ${head} |`)[1]?.split('\n\n')[0] ?? ''
  return table.split('\n').flatMap((row) => /^\| `(.+?)` \|/.exec(row)?.[1] ?? [])
}

/** The second cells by the first, as the checker reads such values; durations in milliseconds. */
function defaultsIn(head: string): Record<string, unknown> {
  const table = document.split(`\n| ${head} |`)[1]?.split('\n\n')[0] ?? ''
  const rows = [...table.matchAll(/^\| `(\w+)` \| `?([^|`]+)`? \|/gm)]
  return Object.fromEntries(rows.map(([, name = '', text = '']) => [name, readDefault(text.trim())]))
}

function readDefault(text: string): unknown {
  const duration = parseDuration(text)
  if (duration.ok) return duration.milliseconds
  return text === 'off' ? null : JSON.parse(text)
}

describe('docs/workflow-language.md', () => {
  it.each(blocks('yaml').map((text) => [text.split('\n')[0], text]))('has an example that runs: %s', (_id, text) => {
    expect(checkDefinitionText(text ?? '').problems).toEqual([])
  })

  it('says what is refused, as the checker does', () => {
    const problems = blocks('yaml refused').flatMap((text) => checkDefinitionText(text).problems)
    const lines = problems.map(
      ({ severity, line, column, path, message }) => `${severity} ${line}:${column} ${path}: ${message}`,
    )
    expect(blocks('text')).toEqual([`${lines.join('\n')}\n`])
  })

  it('has every field', () => {
    const [definition = '', task = ''] = document.split('## A task')
    const fieldsOf = (text: string) => [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field ?? '')
    expect(fieldsOf(definition).sort()).toEqual(Object.keys(WorkflowDefinition.properties).sort())
    expect(fieldsOf(task.split('**Joins.**')[0] ?? '').sort()).toEqual(Object.keys(TaskDefinition.properties).sort())
    expect(column('in `expose`').sort()).toEqual(Object.keys(Exposure.properties).sort())
    expect(column('in `retry`').sort()).toEqual(Object.keys(RetryPolicy.properties).sort())
    expect(column('in `timeouts`').sort()).toEqual(Object.keys(TaskTimeouts.properties).sort())
  })

  it('has the defaults', () => {
    const { retry, timeouts, priority } = DEFAULT_POLICIES
    expect(defaultsIn('in `retry`')).toEqual(retry)
    expect(defaultsIn('in `timeouts`')).toEqual(timeouts)
    expect(document).toContain(`| \`priority\` | ${priority} |`)
  })

  it('has every function', () => {
    const documented = column('function').map((call) => /(\w+)\(/.exec(call)?.[1])
    expect(documented).toEqual([...FUNCTIONS.keys()])
  })
})
