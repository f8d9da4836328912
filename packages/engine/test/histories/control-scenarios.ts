/** Sessions that people and routing steer. */
import { inOrder, type RoutingEntry, receiptFor } from '../../src/core/routing.ts'
import { attemptOf, completed, give, type SessionScenario } from './session-scenario.ts'

const two = (first: object = {}) => ({
  id: 'two',
  tasks: [{ taskId: 'first', ...first, nextTaskId: 'second' }, { taskId: 'second' }],
})

const entry = (agentId: string, load: number, lastUsedAt: number): RoutingEntry => ({
  agentId,
  capabilities: ['draw'],
  ready: load < 1,
  load,
  lastUsedAt,
})

export const CONTROL_SCENARIOS: readonly SessionScenario[] = [
  {
    name: 'cancelled-while-running',
    definition: two(),
    tasks: { first: [{ takes: '10m' }] },
    operator: [{ at: '1m', action: 'cancel' }],
  },
  {
    name: 'cancelled-while-waiting',
    definition: two(),
    tasks: { first: [{ waits: '30m' }] },
    operator: [{ at: '1m', action: 'cancel' }],
  },
  {
    name: 'paused-and-resumed',
    definition: two(),
    tasks: { first: [{ takes: '20s', result: 'ended in the pause' }], second: [{ result: 'after it' }] },
    operator: [
      { at: '10s', action: 'pause' },
      { at: '2h', action: 'resume' },
    ],
  },
  {
    name: 'failed-in-a-pause',
    definition: two({ retry: { maxAttempts: 1 } }),
    tasks: { first: [{ takes: '20s', error: { code: 'IN_THE_PAUSE' } }] },
    operator: [
      { at: '10s', action: 'pause' },
      { at: '2h', action: 'resume' },
    ],
  },
  {
    name: 'clocks-stood-still',
    definition: two({ retry: { initialInterval: '1m' }, timeouts: { scheduleToClose: '10m' } }),
    tasks: { first: [{ error: { code: 'ONCE' } }], second: [{ waits: '30s' }] },
    operator: [
      { at: '10s', action: 'pause' },
      { at: '2h', action: 'resume' },
    ],
  },
  {
    name: 'retried-twice',
    definition: two({ retry: { maxAttempts: 2 } }),
    tasks: {
      first: [
        { error: { code: 'ONE' } },
        { error: { code: 'TWO' } },
        { error: { code: 'THREE' } },
        { error: { code: 'FOUR' } },
        { result: 'fifth attempt, third epoch' },
      ],
    },
    operator: [
      { at: '1m', action: 'retry' },
      { at: '2m', action: 'retry' },
    ],
  },
  {
    name: 'retry-keeps-what-completed',
    definition: {
      id: 'kept',
      tasks: [
        { taskId: 'start', next: [{ to: 'good' }, { to: 'bad' }, { to: 'long' }] },
        { taskId: 'good', nextTaskId: 'end' },
        { taskId: 'bad', retry: { maxAttempts: 1 }, nextTaskId: 'end' },
        { taskId: 'long', nextTaskId: 'end' },
        { taskId: 'end' },
      ],
    },
    tasks: {
      good: [{ result: 'kept' }],
      bad: [{ error: { code: 'BROKEN' }, takes: '2s' }, { result: 'mended' }],
      long: [{ takes: '1m' }, { takes: '3s' }],
    },
    operator: [{ at: '5m', action: 'retry' }],
  },
  {
    name: 'capability-routing',
    definition: {
      id: 'routing',
      routing: 'strict',
      tasks: [
        { taskId: 'draw', agentCapability: 'draw', priority: 9, nextTaskId: 'again' },
        { taskId: 'again', agentCapability: 'draw', agentId: 'agent-3' },
      ],
    },
    before(session) {
      const candidates = [
        entry('agent-1', 1, 30),
        entry('agent-2', 0.25, 20),
        entry('agent-3', 0.25, 10),
        entry('agent-4', 0.5, 0),
      ]
      const [chosen] = inOrder(candidates)
      if (!chosen) throw new Error('Somebody is ready')
      give(session, attemptOf(0, 1), receiptFor(chosen, candidates))
      session.advanceTo(session.now + 800)
      completed(session, attemptOf(0, 1), chosen.agentId, { drawn: true })
      give(session, attemptOf(1, 1), { chosen: 'agent-3', reason: 'PINNED', candidates: [], considered: 1 })
      completed(session, attemptOf(1, 1), 'agent-3', { drawn: 'again' })
    },
  },
  {
    name: 'agent-lost',
    definition: two(),
    before(session) {
      const attemptId = attemptOf(0, 1)
      const { sessionId } = session.state.head
      give(session, attemptId, { chosen: 'agent-1', reason: 'SESSION_AGENT', candidates: [], considered: 1 })
      session.advanceTo(session.now + 5_000)
      session.send({ type: 'lost', sessionId, attemptId, agentId: 'agent-1', reason: 'The agent was deregistered' })
    },
    tasks: { first: [{ result: 'done elsewhere' }] },
  },
  {
    name: 'concluded-by-a-person',
    definition: two(),
    before(session) {
      const conclude = { type: 'conclude' as const, by: 'person' as const, error: null, result: 'by hand' }
      session.send({ ...conclude, attemptId: attemptOf(0, 1), outcome: 'completed' })
      session.send({
        ...conclude,
        attemptId: attemptOf(1, 1),
        outcome: 'failed',
        result: null,
        error: { code: 'GIVEN_UP', message: 'Nobody can do it' },
      })
    },
    tasks: { second: [{ result: 'the second attempt' }] },
  },
]
