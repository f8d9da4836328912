import { describe, expect, it } from 'vitest'
import { checkDefinition } from '../src/check/check-definition.ts'
import { definition, problemsOf } from './definition-problems.ts'

describe('what cannot run', () => {
  const errors: [string, unknown, string[]][] = [
    ['no object', 'text', [' A definition must be an object']],
    ['a list', [], [' A definition must be an object']],
    ['nothing in it', {}, ['/id "id" is required', '/tasks "tasks" is required']],
    ['a bad id', { id: 'a b', tasks: [] }, ['/id "id" must be an id: 1 to 128 letters, digits or . _ : -']],
    [
      'an id that no client can ask for',
      { id: '..', tasks: [{ taskId: 'a' }] },
      ['/id "id" must not be "." or "..": no client can ask for it in a path'],
    ],
    ['tasks of a wrong type', { id: 'w', tasks: {} }, ['/tasks "tasks" must be a list of 0 to 500']],
    [
      'an offer of a wrong type',
      definition([{ taskId: 'a' }], { expose: true }),
      ['/expose "expose" must be an object'],
    ],
    [
      'an offer that no tool can have',
      definition([{ taskId: 'a' }], { expose: { name: 'a b', input: { type: 'string' }, agentId: 7 } }),
      [
        '/expose/name "name" must be the name of a tool: 1 to 64 letters, digits or . _ -',
        '/expose/agentId "agentId" must be text of 1 to 256 characters',
        '/expose/input "input" must be a JSON Schema with "type": "object"',
      ],
    ],
    [
      'the schema of an input that is too long',
      definition([{ taskId: 'a' }], { expose: { input: { type: 'object', title: 'x'.repeat(16_384) } } }),
      ['/expose/input "input" must be at most 16384 characters of JSON'],
    ],
    ['a task of a wrong type', { id: 'w', tasks: [7] }, ['/tasks/0 A task must be an object']],
    ['a task without an id', definition([{}]), ['/tasks/0/taskId "taskId" is required']],
    [
      'a duplicate id',
      definition([{ taskId: 'a' }, { taskId: 'a' }]),
      ['/tasks/1/taskId "a" is the id of /tasks/0 already'],
    ],
    ['an inherited id', definition([{ taskId: '__proto__' }]), ['/tasks/0/taskId "taskId" must not be "__proto__"']],
    ['another inherited id', definition([{ taskId: 'toString' }]), ['/tasks/0/taskId "taskId" must not be "toString"']],
    [
      'a dangling edge',
      definition([{ taskId: 'fetch', nextTaskId: 'fetsh' }]),
      ['/tasks/0/nextTaskId There is no task "fetsh"; did you mean "fetch"?'],
    ],
    [
      'a dangling fallback',
      definition([{ taskId: 'a', fallbackTaskId: 'zzz' }]),
      ['/tasks/0/fallbackTaskId There is no task "zzz"'],
    ],
    [
      'a cycle of one',
      definition([{ taskId: 'a', nextTaskId: 'a' }]),
      ['/tasks/0/nextTaskId The tasks lead in a circle: a → a'],
    ],
    [
      'a cycle by a fallback',
      definition([
        { taskId: 'a', nextTaskId: 'b' },
        { taskId: 'b', fallbackTaskId: 'a' },
      ]),
      ['/tasks/1/fallbackTaskId The tasks lead in a circle: a → b → a'],
    ],
    [
      'several forms of edges',
      definition([{ taskId: 'a', nextTaskId: 'b', next: [{ to: 'b' }], choose: [{ to: 'b' }] }, { taskId: 'b' }]),
      [
        '/tasks/0/next "next" does not go with "nextTaskId": a task has one form of edges',
        '/tasks/0/choose "choose" does not go with "nextTaskId": a task has one form of edges',
      ],
    ],
    [
      'an empty list of edges',
      definition([{ taskId: 'a', next: [] }]),
      ['/tasks/0/next "next" must be a list of 1 to 500'],
    ],
    ['an edge to nowhere', definition([{ taskId: 'a', next: [{}] }]), ['/tasks/0/next/0/to "to" is required']],
    [
      'a duration that is none',
      definition([{ taskId: 'a', timeouts: { startToClose: '5 minutes' } }]),
      [
        '/tasks/0/timeouts/startToClose "startToClose" must be a duration: "30s", "1h30m", "2d", or seconds as a number',
      ],
    ],
    ['a time-out of nothing', definition([], { timeout: 0 }), ['/timeout "timeout" must be longer than 0']],
    [
      'a time-out of years',
      definition([], { timeout: '366d' }),
      ['/timeout "timeout" must not be longer than 365 days'],
    ],
    [
      'a priority out of range',
      definition([{ taskId: 'a', priority: 10 }]),
      ['/tasks/0/priority "priority" must be an integer from 0 to 9'],
    ],
    [
      'a fraction of a priority',
      definition([{ taskId: 'a', priority: 1.5 }]),
      ['/tasks/0/priority "priority" must be an integer from 0 to 9'],
    ],
    [
      'contradicting counts',
      definition([{ taskId: 'a', retry: { maxAttempts: 3, maxRetries: 3 } }]),
      ['/tasks/0/retry/maxRetries "maxRetries" contradicts "maxAttempts": 3 retries are 4 attempts'],
    ],
    ['an unknown join', definition([{ taskId: 'a', join: 'some' }]), ['/tasks/0/join "join" must be "all" or "any"']],
    ['an unknown routing', definition([], { routing: 'x' }), ['/routing "routing" must be "preferred" or "strict"']],
    [
      'parameters that are no object',
      definition([{ taskId: 'a', parameters: 'text ${{ input.a }}' }]),
      ['/tasks/0/parameters "parameters" must be an object, or wholly one ${{ expression }} that yields one'],
    ],
    [
      'an expression that does not parse',
      definition([{ taskId: 'a', next: [{ to: 'b', when: 'result.x >' }] }, { taskId: 'b' }]),
      ['/tasks/0/next/0/when Unexpected token: EOF (character 11 of the expression)'],
    ],
    [
      'an expression that is not closed',
      definition([{ taskId: 'a', parameters: { list: ['x ${{ input.a'] } }]),
      ['/tasks/0/parameters/list/0 The ${{ at character 3 is not closed by }}'],
    ],
    [
      'a condition that never is one',
      definition([{ taskId: 'a', choose: [{ to: 'b', when: 'result.x + 1' }] }, { taskId: 'b' }]),
      ['/tasks/0/choose/0/when A condition must be true or false, and this one never is'],
    ],
    [
      'a name that does not exist',
      definition([], { output: '${{ inputs.a }}' }),
      ['/output Unknown name "inputs"; did you mean "input"? (character 1 of the expression)'],
    ],
    [
      'a field that the session does not have',
      definition([], { output: '${{ session.owner }}' }),
      [
        '/output session has no "owner"; it has sessionId, workflowId, agentId, metadata (character 1 of the expression)',
      ],
    ],
    [
      'a task that does not exist',
      definition([
        { taskId: 'fetch-page', nextTaskId: 'b' },
        { taskId: 'b', parameters: { x: '${{ tasks.fetch.result }}' } },
      ]),
      [
        '/tasks/1/parameters/x There is no task "fetch"; an id with a dash is written tasks["fetch-page"] (character 1 of the expression)',
      ],
    ],
    [
      'its own result before it runs',
      definition([{ taskId: 'a', parameters: { x: '${{ tasks.a.result }}' } }]),
      ['/tasks/0/parameters/x Task "a" has no result before it runs (character 1 of the expression)'],
    ],
    [
      'its own result by its name on its own edges',
      definition([{ taskId: 'a', next: [{ to: 'b', when: 'tasks.a.result.x' }] }, { taskId: 'b' }]),
      [
        `/tasks/0/next/0/when On its own edges a task's result is "result", its error "error" (character 1 of the expression)`,
      ],
    ],
    [
      'the result of a task on another branch',
      definition([
        { taskId: 'a', next: [{ to: 'b' }, { to: 'c' }] },
        { taskId: 'b' },
        { taskId: 'c', parameters: { x: '${{ tasks.b.result }}' } },
      ]),
      [
        '/tasks/2/parameters/x Task "b" cannot have ended before "c": no path leads from it to there (character 1 of the expression)',
      ],
    ],
    [
      'result outside of an edge',
      definition([{ taskId: 'a', parameters: { x: '${{ result.y }}' } }]),
      [
        `/tasks/0/parameters/x "result" is known on a task's own edges alone; elsewhere name the task: tasks.<taskId>.result (character 1 of the expression)`,
      ],
    ],
    [
      'a value that is not JSON',
      definition([], { output: { x: undefined } }),
      ['/output/x A value of the type undefined is not JSON'],
    ],
    ['a number that is not JSON', definition([], { output: [Number.NaN] }), ['/output/0 NaN is not JSON']],
  ]

  it.each(errors)('%s', (_name, value, expected) => {
    const { compiled, problems } = checkDefinition(value)
    expect(compiled).toBeNull()
    expect(
      problems.filter(({ severity }) => severity === 'error').map(({ path, message }) => `${path} ${message}`),
    ).toEqual(expected)
  })

  it('is reported whole: every problem of every task at once', () => {
    const found = problemsOf({
      id: 'x',
      taskz: 1,
      timeout: '1x',
      tasks: [
        { taskId: 'a', nextTaskId: 'b', priority: 11 },
        { taskId: 'c', join: 'x', next: [{ to: 'a', when: '(' }] },
        3,
      ],
    })
    expect(found.map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual([
      'warning /taskz',
      'error /tasks/0/priority',
      'error /tasks/1/join',
      'error /tasks/2',
      'error /timeout',
      'error /tasks/0/nextTaskId',
      'warning /tasks/1',
      'warning /tasks/1/join',
      'error /tasks/1/next/0/when',
    ])
  })
})
