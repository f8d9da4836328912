import { describe, expect, it } from 'vitest'
import { checkDefinition } from '../src/check/check-definition.ts'
import { definition, problemsOf } from './definition-problems.ts'

/** The definition of wire-contract.md. */
const SAMPLE = {
  id: 'sample_workflow_id',
  name: 'Sample Load Test Workflow',
  description: '…',
  version: '1.0',
  tasks: [
    {
      taskId: 'step_1',
      name: 'First Step',
      agentCapability: 'test_capability',
      parameters: { message: '…' },
      nextTaskId: 'step_2',
    },
    {
      taskId: 'step_2',
      name: 'Second Step',
      agentCapability: 'another_capability',
      parameters: { value: 123 },
      nextTaskId: null,
    },
  ],
}

function compiledOf(value: unknown) {
  const { compiled, problems } = checkDefinition(value)
  if (!compiled) throw new Error(JSON.stringify(problems))
  return compiled
}

describe('a definition as the original reads it', () => {
  it('passes without a problem', () => {
    expect(checkDefinition(SAMPLE).problems).toEqual([])
  })

  it('gets every default of the language', () => {
    const { tasks, ...workflow } = compiledOf(SAMPLE)
    expect(workflow).toMatchObject({
      id: 'sample_workflow_id',
      name: 'Sample Load Test Workflow',
      version: '1.0',
      timeout: 86_400_000,
      routing: 'preferred',
      output: undefined,
    })
    expect(tasks[0]).toEqual({
      index: 0,
      taskId: 'step_1',
      name: 'First Step',
      capability: 'test_capability',
      agentId: null,
      parameters: { message: '…' },
      mode: 'every',
      edges: [{ to: 'step_2', when: null }],
      fallbackTaskId: null,
      incoming: [],
      join: 'all',
      retry: {
        maxAttempts: 4,
        initialInterval: 1_000,
        backoffCoefficient: 2,
        maximumInterval: 100_000,
        jitter: 0.2,
        nonRetryableErrors: [],
      },
      timeouts: { scheduleToStart: 3_600_000, startToClose: 900_000, heartbeat: null, scheduleToClose: null },
      onFailure: 'fail',
      priority: 5,
    })
    expect(tasks[1]?.incoming).toEqual(['step_1'])
    expect(workflow.byId.get('step_2')).toBe(tasks[1])
  })

  it('may leave out capability and parameters, or set them null', () => {
    for (const task of [{ taskId: 'a' }, { taskId: 'a', agentCapability: null, parameters: null }]) {
      expect(compiledOf(definition([task])).tasks[0]).toMatchObject({ capability: null, parameters: {}, name: 'a' })
    }
  })

  it('may have no tasks', () => {
    expect(compiledOf(definition([])).tasks).toEqual([])
  })
})

describe('compiling', () => {
  it('takes null for every optional field as absent', () => {
    const nulls = {
      name: null,
      description: null,
      version: null,
      timeout: null,
      routing: null,
      defaults: null,
      output: null,
    }
    const task = {
      taskId: 'a',
      name: null,
      description: null,
      agentId: null,
      nextTaskId: null,
      next: null,
      choose: null,
      join: null,
      retry: null,
      timeouts: null,
      fallbackTaskId: null,
      onFailure: null,
      priority: null,
    }
    const checked = checkDefinition(definition([task], nulls))
    expect(checked.problems).toEqual([])
    expect(checked.compiled).toEqual(compiledOf(definition([{ taskId: 'a' }])))
  })

  it('takes a policy from the task, else from the defaults, else from the language', () => {
    const compiled = compiledOf(
      definition(
        [
          {
            taskId: 'a',
            retry: { maxRetries: 0, initialInterval: '500ms' },
            timeouts: { heartbeat: 30 },
            nextTaskId: 'b',
          },
          { taskId: 'b', priority: 9 },
        ],
        {
          timeout: '1h30m',
          defaults: { retry: { maxAttempts: 7, jitter: 0 }, timeouts: { startToClose: '5m' }, priority: 2 },
        },
      ),
    )
    expect(compiled.timeout).toBe(5_400_000)
    const [a, b] = compiled.tasks
    expect(a?.retry).toMatchObject({ maxAttempts: 1, initialInterval: 500, jitter: 0, backoffCoefficient: 2 })
    expect(a?.timeouts).toEqual({
      scheduleToStart: 3_600_000,
      startToClose: 300_000,
      heartbeat: 30_000,
      scheduleToClose: null,
    })
    expect(a?.priority).toBe(2)
    expect(b).toMatchObject({ priority: 9, retry: { maxAttempts: 7, initialInterval: 1_000 } })
  })

  it('names each task once in incoming, whether by an edge, by several or by a fallback', () => {
    const { tasks } = compiledOf(
      definition([
        {
          taskId: 'a',
          choose: [{ to: 'c', when: 'result.x == 1' }, { to: 'c', when: 'result.x == 2' }, { to: 'b' }],
          fallbackTaskId: 'c',
        },
        { taskId: 'b', nextTaskId: 'c' },
        { taskId: 'c' },
      ]),
    )
    expect(tasks.map((task) => task.incoming)).toEqual([[], ['a'], ['a', 'b']])
    expect(tasks[0]?.mode).toBe('first')
  })
})

describe('what can run but is surely not meant', () => {
  const warnings: [string, object, string[]][] = [
    [
      'an unknown field',
      definition([{ taskId: 'a', paramters: {} }]),
      ['/tasks/0/paramters Unknown field "paramters"; did you mean "parameters"?'],
    ],
    [
      'an unknown field deep inside',
      definition([{ taskId: 'a', retry: { max: 3 } }]),
      ['/tasks/0/retry/max Unknown field "max"'],
    ],
    [
      'tasks that nothing reaches',
      definition([{ taskId: 'a' }, { taskId: 'b', nextTaskId: 'c' }, { taskId: 'c' }]),
      [
        '/tasks/1 Nothing leads from the first task to "b": it never runs',
        '/tasks/2 Nothing leads from the first task to "c": it never runs',
      ],
    ],
    [
      'a join of one',
      definition([
        { taskId: 'a', join: 'any', nextTaskId: 'b' },
        { taskId: 'b', join: 'all' },
      ]),
      [
        '/tasks/0/join "join" has no effect: no task leads here',
        '/tasks/1/join "join" has no effect: one task leads here',
      ],
    ],
    [
      'a branch after the one without a condition',
      definition([{ taskId: 'a', choose: [{ to: 'b' }, { to: 'c', when: 'true' }] }, { taskId: 'b' }, { taskId: 'c' }]),
      ['/tasks/0/choose/1 This branch is never taken: one before it has no condition'],
    ],
    [
      'onFailure beside a fallback',
      definition([{ taskId: 'a', onFailure: 'continue', fallbackTaskId: 'b' }, { taskId: 'b' }]),
      ['/tasks/0/onFailure "onFailure" has no effect beside "fallbackTaskId", which is where a failure leads'],
    ],
    [
      'a first wait above the longest',
      definition([{ taskId: 'a', retry: { initialInterval: '5m' } }]),
      ['/tasks/0/retry/initialInterval "initialInterval" is cut to "maximumInterval", 100 s'],
    ],
    [
      'an expression in a key',
      definition([{ taskId: 'a', parameters: { '${{ input.x }}': 1 } }]),
      ['/tasks/0/parameters/${{ input.x }} An expression in a key is not evaluated'],
    ],
  ]

  it.each(warnings)('%s', (_name, value, expected) => {
    const { compiled, problems } = checkDefinition(value)
    expect(compiled).not.toBeNull()
    expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual(expected)
    expect(problems.every(({ severity }) => severity === 'warning')).toBe(true)
  })
})

describe('what an expression may name', () => {
  it('is what has run before: ancestors by edges and by fallbacks', () => {
    const value = definition(
      [
        {
          taskId: 'a',
          next: [{ to: 'b-1', when: 'result.x > 1 && error == null' }],
          fallbackTaskId: 'c',
        },
        { taskId: 'b-1', nextTaskId: 'd' },
        { taskId: 'c', parameters: { why: '${{ tasks.a.error.message }}' }, nextTaskId: 'd' },
        { taskId: 'd', parameters: { x: '${{ has(tasks["b-1"].result) ? tasks["b-1"].result : tasks.c.result }}' } },
      ],
      { output: { all: ['${{ tasks.d.result }} for ${{ session.metadata.owner }}'], in: '${{ input }}' } },
    )
    expect(problemsOf(value)).toEqual([])
  })

  it('includes a variable of a comprehension, whatever its name', () => {
    const output = '${{ input.list.filter(tasks, tasks.ready).map(result, result.name) }}'
    expect(problemsOf(definition([], { output }))).toEqual([])
  })
})

it('leaves $schema at the head to the editor', () => {
  expect(problemsOf(definition([], { $schema: 'http://127.0.0.1:8000/schema/workflow.json' }))).toEqual([])
})
