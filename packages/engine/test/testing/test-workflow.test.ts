import { describe, expect, it } from 'vitest'
import { InvalidWorkflow, testWorkflow, type WorkflowCase } from '../../src/testing/test-workflow.ts'

const task = (taskId: string, rest: object = {}) => ({ taskId, ...rest })
const workflow = (tasks: object[], rest: object = {}) => ({ id: 'w', tasks, ...rest })
const steps = (definition: unknown, workflowCase: WorkflowCase) =>
  testWorkflow(definition, workflowCase).path.map(({ task: id, status, attempts }) => [id, status, attempts.length])
const MINUTE = 60_000

describe('a case of a workflow', () => {
  const two = workflow([task('a', { nextTaskId: 'b' }), task('b', { parameters: { got: '${{ tasks.a.result }}' } })])

  it('completes every task of which it says nothing at once, with null', () => {
    const outcome = testWorkflow(two)
    expect(outcome).toMatchObject({ status: 'completed', result: null, error: null, duration: 0, differences: [] })
    expect(outcome.path.map((step) => step.task)).toEqual(['a', 'b'])
  })

  it('takes virtual time, and what was given to each task can be looked at', () => {
    const { path, duration } = testWorkflow(two, { tasks: { a: { result: 7, takes: '10m' }, b: { takes: 1.5 } } })
    expect(path).toMatchObject([
      { task: 'a', from: 0, to: 10 * MINUTE, result: 7 },
      { task: 'b', from: 10 * MINUTE, to: 10 * MINUTE + 1_500, payload: { got: 7 } },
    ])
    expect(duration).toBe(10 * MINUTE + 1_500)
  })

  it('has an act for each attempt, of which the last holds on', () => {
    const failing = { error: { code: 'FLAKY' } }
    const retry = { maxAttempts: 4, initialInterval: '1s' }
    const once = workflow([task('a', { retry })])
    expect(testWorkflow(once, { tasks: { a: [failing, failing, { result: 1 }] } })).toMatchObject({
      status: 'completed',
      duration: 3_000,
      path: [{ attempts: [{ error: { code: 'FLAKY' } }, { error: { code: 'FLAKY' } }, { status: 'completed' }] }],
    })
    expect(testWorkflow(once, { tasks: { a: [{ error: { code: 'FIRST' } }, failing] } }).error?.code).toBe('FLAKY')
    expect(testWorkflow(once, { tasks: { '*': (n) => (n === 2 ? { result: n } : failing) } }).result).toBe(2)
  })

  it.each<[string, object, WorkflowCase['tasks']]>([
    ['START_TO_CLOSE_TIMEOUT', { startToClose: '1m' }, { a: { silent: true } }],
    ['START_TO_CLOSE_TIMEOUT', { startToClose: '1m' }, { a: { takes: '61s' } }],
    ['START_TO_CLOSE_TIMEOUT', { startToClose: '1m' }, { a: { late: '1s' } }],
    ['SCHEDULE_TO_START_TIMEOUT', { scheduleToStart: '1m' }, { a: { waits: '2m' } }],
    ['HEARTBEAT_TIMEOUT', { heartbeat: '1m', startToClose: '1d' }, { a: { takes: '1h' } }],
  ])('ends an attempt by %s (%o) where its agent does %j', (code, timeouts, tasks) => {
    const outcome = testWorkflow(workflow([task('a', { timeouts, retry: { maxAttempts: 1 } })]), { tasks })
    expect(outcome).toMatchObject({ status: 'failed', error: { code }, duration: MINUTE })
  })

  it('keeps a task alive by heartbeats until its agent falls silent', () => {
    const definition = workflow([
      task('a', { timeouts: { heartbeat: '10s', startToClose: '1d' }, retry: { maxAttempts: 1 } }),
    ])
    const act = { takes: '1h', heartbeatEvery: '9s' }
    expect(testWorkflow(definition, { tasks: { a: act } })).toMatchObject({
      status: 'completed',
      duration: 60 * MINUTE,
    })
    expect(testWorkflow(definition, { tasks: { a: { ...act, silent: true } } })).toMatchObject({
      error: { code: 'HEARTBEAT_TIMEOUT' },
      duration: 399 * 9_000 + 10_000,
    })
  })

  it('keeps what comes too late, and it can be adopted', () => {
    const definition = workflow([task('a', { timeouts: { startToClose: '1m' }, retry: { maxAttempts: 1 } })])
    const tasks = { a: { late: '5s', result: 'better late' } }
    expect(testWorkflow(definition, { tasks })).toMatchObject({
      status: 'failed',
      path: [{ lateResults: 1, to: MINUTE }],
    })
    const operator = [{ at: '2m', action: 'adopt' as const, task: 'a' }]
    expect(testWorkflow(definition, { tasks, operator })).toMatchObject({ status: 'completed', result: 'better late' })
  })

  it('lets a person cancel, pause, resume and retry', () => {
    const cancelled = testWorkflow(two, { tasks: { a: { takes: '1m' } }, operator: [{ at: '1s', action: 'cancel' }] })
    expect(cancelled).toMatchObject({ status: 'cancelled', duration: 1_000, path: [{ status: 'cancelled' }] })
    const paused = testWorkflow(two, {
      tasks: { a: { takes: '1m' } },
      operator: [
        { at: '1s', action: 'pause' },
        { at: '1h', action: 'resume' },
      ],
    })
    expect(paused).toMatchObject({ status: 'completed', duration: 60 * MINUTE })
    const once = workflow([task('a', { retry: { maxAttempts: 1 } })])
    const mended = [{ error: { code: 'BOOM' } }, { result: 'mended' }]
    expect(testWorkflow(once, { tasks: { a: mended }, operator: [{ at: '1m', action: 'retry' }] })).toMatchObject({
      status: 'completed',
      result: 'mended',
      differences: [],
    })
  })

  it('names the tasks in the order in which they were reached, the skipped ones among them', () => {
    const definition = workflow([
      task('a', {
        choose: [{ to: 'b', when: 'result.big' }, { to: 'c' }],
      }),
      task('b', { nextTaskId: 'd' }),
      task('c', { nextTaskId: 'd' }),
      task('d'),
    ])
    const reached = steps(definition, { tasks: { a: { result: { big: false } } } })
    expect(reached.map(([id, status]) => `${id} ${status}`).toSorted()).toEqual([
      'a completed',
      'b skipped',
      'c completed',
      'd completed',
    ])
  })

  it('is the same every time', () => {
    const definition = workflow([task('a', { retry: { maxAttempts: 5, jitter: 1 } })])
    const failing = { tasks: { a: { error: { code: 'E' }, takes: '1s' } } }
    expect(testWorkflow(definition, failing)).toEqual(testWorkflow(definition, failing))
  })
})

describe('what is not as expected', () => {
  const definition = workflow([task('a', { nextTaskId: 'b' }), task('b')])
  const differences = (workflowCase: WorkflowCase) => testWorkflow(definition, workflowCase).differences

  it.each<[WorkflowCase, unknown[]]>([
    [{ expect: { status: 'completed', result: null, path: ['a', 'b'], within: 0 } }, []],
    [{ tasks: { b: { result: { x: 1, y: 2 } } }, expect: { result: { y: 2, x: 1 } } }, []],
    [{ expect: { status: 'failed' } }, [{ of: 'status', expected: 'failed', actual: 'completed' }]],
    [{ expect: { error: 'BOOM' } }, [{ of: 'error', expected: 'BOOM', actual: null }]],
    [{ expect: { result: [1] } }, [{ of: 'result', expected: [1], actual: null }]],
    [{ tasks: { a: { takes: '3s' } }, expect: { within: '2s' } }, [{ of: 'within', expected: '2s', actual: '3000ms' }]],
    [
      { expect: { path: ['b', { task: 'a', attempts: 2 }] } },
      [
        {
          of: 'path',
          expected: ['b completed, 1 attempt', 'a completed, 2 attempts'],
          actual: ['a completed, 1 attempt', 'b completed, 1 attempt'],
        },
      ],
    ],
    [
      { operator: [{ at: 1, action: 'retry' }] },
      [
        {
          of: 'operator',
          expected: { at: 1, action: 'retry' },
          actual: 'Refused: The session is completed and cannot be retried',
        },
      ],
    ],
  ])('%j is told', (workflowCase, told) => {
    expect(differences(workflowCase)).toEqual(told)
  })
})

it('refuses a definition that cannot run, with every error', () => {
  expect(() => testWorkflow(workflow([task('a', { nextTaskId: 'x' }), task('a')]))).toThrow(InvalidWorkflow)
})

it('fills in defaults of the input and of signals, and refuses what fits neither', () => {
  const definition = {
    id: 'w',
    input: { properties: { name: { type: 'string', default: 'Anna' } } },
    signals: { mail: { payload: { required: ['text'], properties: { text: { type: 'string' } } } } },
    tasks: [
      { taskId: 'reply', kind: 'wait', signal: 'mail', nextTaskId: 'join' },
      { taskId: 'join', kind: 'expression', value: '${{ input.name }}: ${{ tasks.reply.result.text }}' },
    ],
  }
  const operator: WorkflowCase['operator'] = [
    { at: '1s', action: 'signal', name: 'mail', payload: { words: 1 } },
    { at: '2s', action: 'signal', name: 'mail', payload: { text: 'hello' } },
  ]
  const outcome = testWorkflow(definition, { operator, expect: { result: 'Anna: hello', within: '2s' } })
  expect(outcome.differences).toEqual([
    { of: 'operator', expected: operator[0], actual: expect.stringContaining('does not fit the signal "mail"') },
  ])
  expect(() => testWorkflow(definition, { input: { name: 1 } })).toThrow('does not fit the input')
})

it('gives the content that was asked about with an approval that nobody decided', () => {
  const task = { taskId: 'ask', kind: 'approval', title: 'Publish?', parameters: { text: 'Bees fly.' }, timeout: '1h' }
  const result = (onExpiry: string) => testWorkflow({ id: 'w', tasks: [{ ...task, onExpiry }] }).result
  expect(result('approve')).toMatchObject({
    decision: 'expired',
    treatedAs: 'approved',
    content: { text: 'Bees fly.' },
  })
  expect(result('reject')).toMatchObject({ decision: 'expired', treatedAs: 'rejected', content: { text: 'Bees fly.' } })
})
