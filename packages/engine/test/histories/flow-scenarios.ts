/** Sessions that show how one moves along its definition. */
import type { JsonObject } from '@opscore/contract'
import type { SessionScenario } from './session-scenario.ts'

const fanOut = (join: string): JsonObject => ({
  id: `fan-out-${join}`,
  tasks: [
    { taskId: 'split', next: [{ to: 'left' }, { to: 'middle' }, { to: 'right', when: 'result.wide' }] },
    { taskId: 'left', nextTaskId: 'together' },
    { taskId: 'middle', nextTaskId: 'together' },
    { taskId: 'right', nextTaskId: 'together' },
    { taskId: 'together', join, parameters: { left: '${{ tasks.left.result }}' } },
  ],
})

const branch: JsonObject = {
  id: 'branch',
  tasks: [
    {
      taskId: 'score',
      choose: [
        { to: 'approve', when: 'result.score >= 80' },
        { to: 'review', when: 'result.score >= 50' },
        { to: 'refuse' },
      ],
    },
    { taskId: 'approve' },
    { taskId: 'review' },
    { taskId: 'refuse' },
  ],
}

export const FLOW_SCENARIOS: readonly SessionScenario[] = [
  {
    name: 'sequence',
    definition: {
      id: 'sequence',
      name: 'Three in a row',
      version: '1.0',
      tasks: [
        { taskId: 'fetch', name: 'Fetch', agentCapability: 'fetch', nextTaskId: 'clean' },
        { taskId: 'clean', parameters: { mode: 'strict' }, nextTaskId: 'store' },
        { taskId: 'store', nextTaskId: null },
      ],
    },
    tasks: { fetch: [{ result: { rows: 3 }, takes: '2s' }], clean: [{ takes: '1s' }], store: [{ result: 'stored' }] },
  },
  { name: 'no-tasks', definition: { id: 'empty', tasks: [] } },
  {
    name: 'input-replaces-parameters',
    definition: { id: 'greeting', tasks: [{ taskId: 'greet', parameters: { name: 'nobody' } }] },
    input: { name: 'Ada' },
    tasks: { greet: [{ result: 'Hello, Ada' }] },
  },
  { name: 'branch-first', definition: branch, tasks: { score: [{ result: { score: 93 } }] } },
  { name: 'branch-otherwise', definition: branch, tasks: { score: [{ result: { score: 12 } }] } },
  {
    name: 'join-all',
    definition: fanOut('all'),
    tasks: {
      split: [{ result: { wide: true } }],
      left: [{ result: [1, 2], takes: '3s' }],
      middle: [{ takes: '1s' }],
      right: [{ takes: '2s' }],
    },
  },
  {
    name: 'join-any',
    definition: fanOut('any'),
    tasks: {
      split: [{ result: { wide: true } }],
      left: [{ result: 'first', takes: '1s' }],
      middle: [{ takes: '4s' }],
      right: [{ takes: '6s' }],
    },
  },
  {
    name: 'dead-paths',
    definition: {
      id: 'dead-paths',
      tasks: [
        { taskId: 'start', next: [{ to: 'alive' }, { to: 'dead', when: 'false' }] },
        { taskId: 'alive', nextTaskId: 'meet' },
        { taskId: 'dead', next: [{ to: 'deader' }, { to: 'meet' }] },
        { taskId: 'deader', nextTaskId: 'deadest' },
        { taskId: 'deadest' },
        { taskId: 'meet' },
      ],
    },
    tasks: { alive: [{ takes: '1s' }], meet: [{ result: 'met' }] },
  },
  {
    name: 'unreached-task',
    definition: {
      id: 'unreached',
      tasks: [{ taskId: 'only' }, { taskId: 'orphan', nextTaskId: 'after' }, { taskId: 'after' }],
    },
    tasks: { only: [{ result: 1 }] },
  },
  {
    name: 'templates-and-output',
    definition: {
      id: 'order',
      output: { total: '${{ tasks.price.result.sum * input.count }}', note: 'for ${{ input.customer }}' },
      tasks: [
        { taskId: 'price', nextTaskId: 'bill' },
        {
          taskId: 'bill',
          parameters: {
            sum: '${{ tasks.price.result.sum }}',
            text: '${{ input.count }} × ${{ tasks.price.result.name }}',
          },
        },
      ],
    },
    input: { customer: 'Grace', count: 3 },
    tasks: { price: [{ result: { sum: 14.5, name: 'tea' } }], bill: [{ result: 'sent' }] },
  },
  {
    name: 'several-ends',
    definition: {
      id: 'several-ends',
      tasks: [{ taskId: 'start', next: [{ to: 'one' }, { to: 'two' }] }, { taskId: 'one' }, { taskId: 'two' }],
    },
    tasks: { one: [{ result: 1, takes: '2s' }], two: [{ result: 2, takes: '1s' }] },
  },
]
