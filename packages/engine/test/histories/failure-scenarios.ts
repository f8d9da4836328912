/** Sessions in which something fails: retries, every time-out, what comes late, and every bound. */
import { SESSION_ID } from '../../src/testing/virtual-session.ts'
import { attemptOf, completed, type SessionScenario } from './session-scenario.ts'

const MORE_THAN_A_RESULT_MAY_BE = 256 * 1024

const failing = (code: string) => ({ error: { code, message: 'It did not work' } })

const work = (task: object, id = 'work') => ({ id, tasks: [{ taskId: 'work', ...task }] })

export const FAILURE_SCENARIOS: readonly SessionScenario[] = [
  {
    name: 'retry-until-it-works',
    definition: work({ retry: { maxAttempts: 5, initialInterval: '2s' } }),
    tasks: { work: [failing('FLAKY'), { ...failing('FLAKY'), takes: '1s' }, { result: 'third time' }] },
  },
  {
    name: 'agent-at-work-on-its-answer',
    definition: { id: 'answer', tasks: [{ taskId: 'ask' }] },
    before(session) {
      const attemptId = attemptOf(0, 1)
      const since = session.now
      const receipt = { chosen: 'agent', reason: 'SESSION_AGENT' as const, candidates: [], considered: 1 }
      session.send({ type: 'assigned', sessionId: SESSION_ID, attemptId, agentId: 'agent', receipt })
      session.advanceTo(since + 12_000)
      session.send({ type: 'dispatched', attemptId, via: 'direct', since })
      session.advanceTo(since + 60_000)
      completed(session, attemptId, 'agent', { answer: 42 })
    },
  },
  {
    name: 'retries-used-up',
    definition: work({ retry: { maxRetries: 2, backoffCoefficient: 3, jitter: 0 } }),
    tasks: { work: [failing('BROKEN')] },
  },
  {
    name: 'error-that-is-not-retried',
    definition: work({ retry: { nonRetryableErrors: ['BAD_INPUT'] } }),
    tasks: { work: [failing('BAD_INPUT')] },
  },
  {
    name: 'fallback',
    definition: {
      id: 'fallback',
      tasks: [
        { taskId: 'fast', retry: { maxAttempts: 1 }, fallbackTaskId: 'slow', nextTaskId: 'report' },
        { taskId: 'slow', parameters: { because: '${{ tasks.fast.error.code }}' } },
        { taskId: 'report' },
      ],
    },
    tasks: { fast: [failing('OVERLOADED')], slow: [{ result: 'slow but sure' }] },
  },
  {
    name: 'failure-continues',
    definition: {
      id: 'continue',
      tasks: [
        {
          taskId: 'optional',
          retry: { maxAttempts: 1 },
          onFailure: 'continue',
          choose: [{ to: 'without', when: 'error != null' }, { to: 'with' }],
        },
        { taskId: 'with' },
        { taskId: 'without' },
      ],
    },
    tasks: { optional: [failing('NOT_TODAY')], without: [{ result: 'went without' }] },
  },
  {
    name: 'failure-calls-off-the-rest',
    definition: {
      id: 'called-off',
      tasks: [
        { taskId: 'start', next: [{ to: 'bad' }, { to: 'long' }] },
        { taskId: 'bad', retry: { maxAttempts: 1 } },
        { taskId: 'long' },
      ],
    },
    tasks: { bad: [{ ...failing('BROKEN'), takes: '1s' }], long: [{ takes: '1h' }] },
  },
  {
    name: 'schedule-to-start-timeout',
    definition: work({ timeouts: { scheduleToStart: '1m' } }),
    tasks: { work: [{ waits: '2m' }] },
  },
  {
    name: 'start-to-close-timeout',
    definition: work({ timeouts: { startToClose: '30s' }, retry: { maxAttempts: 2, initialInterval: '5s' } }),
    tasks: { work: [{ silent: true }, { result: 'second attempt', takes: '10s' }] },
  },
  {
    name: 'schedule-to-close-timeout',
    definition: work({ timeouts: { scheduleToClose: '25s' }, retry: { maxAttempts: 9, initialInterval: '4s' } }),
    tasks: { work: [{ ...failing('FLAKY'), takes: '3s' }, { takes: '1m' }] },
  },
  {
    name: 'heartbeat-timeout',
    definition: work({ timeouts: { heartbeat: '10s' }, retry: { maxAttempts: 2 } }),
    tasks: {
      work: [
        { heartbeatEvery: '5s', takes: '21s', silent: true },
        { heartbeatEvery: '5s', takes: '40s' },
      ],
    },
  },
  {
    name: 'heartbeats',
    definition: work({ timeouts: { heartbeat: '10s' } }),
    tasks: { work: [{ heartbeatEvery: '4s', takes: '30s', result: 'kept alive' }] },
  },
  {
    name: 'session-timeout',
    definition: { ...work({}), timeout: '5m' },
    tasks: { work: [{ takes: '10m' }] },
  },
  {
    name: 'late-result',
    definition: work({ timeouts: { startToClose: '10s' }, retry: { maxAttempts: 2 } }),
    tasks: {
      work: [
        { result: 'too late', late: '15s' },
        { result: 'in time', takes: '9s' },
      ],
    },
  },
  {
    name: 'late-result-adopted',
    definition: {
      id: 'adopted',
      tasks: [
        { taskId: 'work', timeouts: { startToClose: '10s' }, retry: { maxAttempts: 1 }, nextTaskId: 'after' },
        { taskId: 'after', parameters: { got: '${{ tasks.work.result }}' } },
      ],
    },
    tasks: { work: [{ result: 'worth the wait', late: '15s' }] },
    operator: [{ at: '1m', action: 'adopt', task: 'work' }],
  },
  {
    name: 'template-error',
    definition: work({ parameters: { first: '${{ input.names[0] }}' } }),
  },
  {
    name: 'result-too-large',
    definition: work({ onFailure: 'continue' }),
    tasks: { work: [{ result: 'x'.repeat(MORE_THAN_A_RESULT_MAY_BE) }] },
  },
  {
    name: 'dispatch-fails-then-is-refused',
    definition: work({}),
    before(session) {
      const receipt = { chosen: 'agent', reason: 'SESSION_AGENT' as const, candidates: [], considered: 1 }
      const fail = (attempt: number, code: 'DISPATCH_FAILED' | 'DISPATCH_REJECTED', reason: string) => {
        const attemptId = attemptOf(0, attempt)
        const { sessionId } = session.state.head
        session.send({ type: 'assigned', sessionId, attemptId, agentId: 'agent', receipt })
        session.send({ type: 'dispatch-failed', attemptId, code, reason })
      }
      fail(1, 'DISPATCH_FAILED', 'No connection')
      session.advanceTo(session.wakeAt ?? session.now)
      session.send({ type: 'wake' })
      fail(2, 'DISPATCH_REJECTED', 'The agent answered 422')
    },
  },
  {
    name: 'refused-for-want-of-room',
    definition: work({}),
    before(session) {
      const { sessionId } = session.state.head
      const attemptId = attemptOf(0, 1)
      const receipt = { chosen: 'full', reason: 'LEAST_LOADED' as const, candidates: [], considered: 2 }
      for (const [agentId, place] of [
        ['full', 7],
        ['fuller', 3],
        ['full', 9],
      ] as const) {
        session.send({
          type: 'assigned',
          sessionId,
          attemptId,
          agentId,
          receipt: { ...receipt, chosen: agentId },
          place,
        })
        session.send({ type: 'dispatched', attemptId, agentId, place, via: 'agentkit' })
        session.advanceTo(session.now + 100)
        session.send({ type: 'refused', sessionId, attemptId, agentId, place, reason: 'it answered 503' })
      }
    },
    tasks: { work: [{ result: 'done elsewhere' }] },
  },
  {
    name: 'place-that-was-taken-again',
    definition: work({}),
    before(session) {
      const receipt = { chosen: 'agent', reason: 'SESSION_AGENT' as const, candidates: [], considered: 1 }
      const { sessionId } = session.state.head
      const attemptId = attemptOf(0, 1)
      for (const place of [7, 7, 3, 9]) {
        session.send({ type: 'assigned', sessionId, attemptId, agentId: 'agent', receipt, place })
      }
      completed(session, attemptId, 'agent', { done: true })
    },
  },
]
