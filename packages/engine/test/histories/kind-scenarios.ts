/** Sessions with tasks that no agent does: values, waits, signals, approvals. */
import type { JsonObject } from '@opscore/contract'
import type { SessionScenario } from './session-scenario.ts'

const mail: JsonObject = {
  id: 'mail',
  tasks: [
    { taskId: 'mail', kind: 'wait', signals: ['mail', 'call'], timeout: '3d', onTimeout: 'late', nextTaskId: 'sum' },
    { taskId: 'sum', kind: 'expression', value: { came: '${{ tasks.mail.result.signal }}' } },
    { taskId: 'late', kind: 'expression', value: 'late' },
  ],
}

const ask = (more: JsonObject = {}): JsonObject => ({
  id: 'ask',
  timeout: '30d',
  tasks: [
    { taskId: 'draft', nextTaskId: 'ask' },
    {
      taskId: 'ask',
      kind: 'approval',
      title: 'Send ${{ tasks.draft.result }}?',
      parameters: { text: '${{ tasks.draft.result }}' },
      timeout: '1d',
      ...more,
    },
  ],
})

export const KIND_SCENARIOS: readonly SessionScenario[] = [
  {
    name: 'waited-for-time',
    definition: {
      id: 'time',
      timeout: '3d',
      tasks: [
        { taskId: 'night', kind: 'wait', for: '8h', nextTaskId: 'day' },
        { taskId: 'day', kind: 'wait', until: '2023-11-15T12:00:00+01:00', nextTaskId: 'sum' },
        { taskId: 'sum', kind: 'expression', value: { n: '${{ 6 * 7 }}' } },
      ],
    },
  },
  {
    name: 'signal-before-its-wait',
    definition: {
      id: 'before',
      tasks: [
        { taskId: 'work', nextTaskId: 'mail' },
        { taskId: 'mail', kind: 'wait', signal: 'mail' },
      ],
    },
    tasks: { work: [{ takes: '10m' }] },
    operator: [{ at: '1m', action: 'signal', name: 'mail', payload: { text: 'early' } }],
  },
  {
    name: 'signal-of-several',
    definition: mail,
    operator: [{ at: '1h', action: 'signal', name: 'call', payload: 'ring' }],
  },
  { name: 'signal-that-never-came', definition: { ...mail, timeout: '7d' } },
  {
    name: 'approved-by-two',
    definition: ask({ approvers: { count: 2 } }),
    tasks: { draft: [{ result: 'hello' }] },
    operator: [
      { at: '1h', action: 'decide', task: 'ask', by: 'anna' },
      { at: '2h', action: 'decide', task: 'ask', by: 'ben', decision: 'edited', content: { text: 'hello there' } },
      { at: '3h', action: 'decide', task: 'ask', by: 'anna', comment: 'better' },
    ],
  },
  {
    name: 'rejected-and-failed',
    definition: ask({ onReject: 'fail' }),
    operator: [{ at: '1h', action: 'decide', task: 'ask', decision: 'rejected', comment: 'no' }],
  },
  {
    name: 'escalated-and-expired',
    definition: ask({ onExpiry: 'escalate', escalateTo: { keys: ['chief'] } }),
    operator: [{ at: '40d', action: 'retry' }],
  },
  {
    name: 'waited-through-a-pause',
    definition: {
      id: 'paused',
      tasks: [
        { taskId: 'work', nextTaskId: 'mail' },
        { taskId: 'mail', kind: 'wait', signal: 'mail', timeout: '1h', onTimeout: 'sum' },
        { taskId: 'sum', kind: 'expression', value: 1 },
      ],
    },
    tasks: { work: [{ takes: '20s' }] },
    operator: [
      { at: '10s', action: 'pause' },
      { at: '2h', action: 'resume' },
    ],
  },
]
