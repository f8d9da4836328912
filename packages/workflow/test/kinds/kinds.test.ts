import type { Json } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { checkDefinition } from '../../src/check/check-definition.ts'
import { fitToSchema } from '../../src/schema/check-schema.ts'

const problemsOf = (task: object, more: object = {}) =>
  checkDefinition({ id: 'w', ...more, tasks: [{ taskId: 'a', ...task }] }).problems.map(
    ({ path, message, severity }) => `${severity} ${path}: ${message}`,
  )

describe('a task that no agent does', () => {
  it.each<[string, object, string]>([
    ['a kind that there is not', { kind: 'nap' }, 'error /tasks/0/kind'],
    ['an expression without a value', { kind: 'expression' }, 'error /tasks/0/value'],
    ['a wait for nothing', { kind: 'wait' }, 'error /tasks/0/kind'],
    ['a wait for two things', { kind: 'wait', for: '1m', signal: 's' }, 'error /tasks/0/signal'],
    ['a time without a zone', { kind: 'wait', until: '2026-12-01T09:00:00' }, 'error /tasks/0/until'],
    ['a time-out of a time', { kind: 'wait', for: '1m', timeout: '2m' }, 'error /tasks/0/timeout'],
    [
      'an edge for a time-out that leads nowhere',
      { kind: 'wait', signal: 's', timeout: '2m', onTimeout: 'b' },
      'error /tasks/0/onTimeout',
    ],
    ['a wait that is longer than its session', { kind: 'wait', for: '2d' }, 'warning /tasks/0/for'],
    ['an approval without a title', { kind: 'approval' }, 'error /tasks/0/title'],
    [
      'an escalation to nobody',
      { kind: 'approval', title: 't', timeout: '1h', onExpiry: 'escalate' },
      'error /tasks/0/escalateTo',
    ],
    [
      'more approvers than there are',
      { kind: 'approval', title: 't', approvers: { keys: ['a'], count: 2 } },
      'error /tasks/0/approvers',
    ],
    [
      'a form that may take long',
      { kind: 'approval', title: 't', form: { properties: { a: { pattern: '(a+)+$' } } } },
      'error /tasks/0/form',
    ],
    ['a form that refers to itself', { kind: 'approval', title: 't', form: { $ref: '#' } }, 'error /tasks/0/form'],
    [
      'what belongs to an agent',
      { kind: 'expression', value: 1, agentCapability: 'c' },
      'warning /tasks/0/agentCapability',
    ],
    ['what belongs to a wait', { for: '1m' }, 'warning /tasks/0/for'],
    ['a title that names what cannot be', { kind: 'approval', title: '${{ tasks.b.result }}' }, 'error /tasks/0/title'],
  ])('is told of %s, with its place', (_, task, start) => {
    expect(problemsOf(task)).toEqual([expect.stringContaining(`${start}: `)])
  })

  it('waits for signals that are declared alone, where any are', () => {
    const wait = { kind: 'wait', signal: 'mails' }
    expect(problemsOf(wait)).toEqual([])
    expect(problemsOf(wait, { signals: { mail: {} } })).toEqual([
      'error /tasks/0/signal: There is no signal "mails" in "signals"; did you mean "mail"?',
    ])
  })

  it('is compiled with its durations in milliseconds, and an agent has none of it', () => {
    const tasks = [
      { taskId: 'a', kind: 'wait', signals: ['s', 's', 't'], timeout: '1h', onTimeout: 'b' },
      { taskId: 'b' },
    ]
    const [wait, agent] = checkDefinition({ id: 'w', tasks }).compiled?.tasks ?? []
    expect(wait?.work).toEqual({
      kind: 'wait',
      for: null,
      until: null,
      signals: ['s', 't'],
      anyOf: true,
      timeout: 3_600_000,
      onTimeout: 'b',
    })
    expect(agent).toMatchObject({ incoming: ['a'] })
    expect(agent).not.toHaveProperty('work')
  })

  it('joins at the nth, and not at more than there are', () => {
    const join = (atLeast: number) =>
      checkDefinition({
        id: 'w',
        tasks: [
          { taskId: 'a', next: [{ to: 'b' }, { to: 'c' }] },
          { taskId: 'b', nextTaskId: 'd' },
          { taskId: 'c', nextTaskId: 'd' },
          { taskId: 'd', join: { atLeast } },
        ],
      }).problems.map(({ path }) => path)
    expect([join(2), join(3)]).toEqual([[], ['/tasks/3/join']])
  })
})

describe('a value that must fit a schema', () => {
  const schema = {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string' },
      size: { type: 'integer', default: 3 },
      list: { type: 'array', items: { type: 'object', properties: { on: { default: true } } } },
    },
  }

  it('has defaults filled in, and stays as it was itself', () => {
    const value: Json = { name: 'n', list: [{}, { on: false }] }
    expect(fitToSchema(schema, value)).toEqual({
      ok: true,
      value: { name: 'n', size: 3, list: [{ on: true }, { on: false }] },
    })
    expect(value).toEqual({ name: 'n', list: [{}, { on: false }] })
  })

  it.each<[Json, string]>([
    [{}, '/name'],
    [{ name: 'n', size: 'big' }, '/size'],
    [{ name: 'n', list: [1] }, '/list/0'],
    ['text', ''],
  ])('is refused with the place: %j', (value, path) => {
    expect(fitToSchema(schema, value)).toEqual({ ok: false, issues: [expect.objectContaining({ path })] })
  })
})
