import { describe, expect, it } from 'vitest'
import { evolveSession } from '../../../src/core/session/evolve.ts'
import { sessionWakeAt } from '../../../src/core/session/timers.ts'
import { play, SESSION_ID, START } from './play.ts'

const task = (taskId: string, rest: object = {}) => ({ taskId, name: taskId, ...rest })
const workflow = (tasks: object[], rest: object = {}) => ({ id: 'w', name: 'W', version: '1', tasks, ...rest }) as never
const once = { retry: { maxAttempts: 1 } }
const A1 = `${SESSION_ID}.1.1`
const boom = { error: { code: 'BOOM', message: 'it broke' } }
const two = workflow([task('a', { ...once, nextTaskId: 'b' }), task('b', once)])

describe('cancelling a session', () => {
  it('calls off what is open, and keeps the place of an agent that may be at work', () => {
    const session = play(two)
    session.assign()
    session.effects.length = 0
    session.send({ type: 'cancel', reason: 'not needed' })
    expect(session.state.head.status).toBe('cancelled')
    expect(session.state.tasks[0]).toMatchObject({ status: 'cancelled', attempts: [{ status: 'cancelled' }] })
    expect(session.effects).toMatchObject([
      { type: 'cancel', attemptId: A1 },
      { type: 'release', attemptId: A1, reason: 'cancelled', until: START + 15 * 60_000 },
    ])
  })

  it('is the same twice, and refused for what has ended otherwise', () => {
    const session = play(two)
    session.send({ type: 'cancel', reason: '' })
    const { length } = session.events
    session.send({ type: 'cancel', reason: '' })
    expect(session.events).toHaveLength(length)
    const done = play(workflow([]))
    expect(() => done.send({ type: 'cancel', reason: '' })).toThrow('is completed and cannot be cancelled')
  })

  it('lets no report complete anything any more, and keeps it as a late result', () => {
    const session = play(two)
    session.assign()
    session.send({ type: 'cancel', reason: '' })
    session.report(A1, { result: 'late' })
    expect(session.state.head.status).toBe('cancelled')
    expect(session.state.tasks[0]).toMatchObject({ status: 'cancelled', lateResults: [{ result: 'late' }] })
  })
})

describe('pausing a session', () => {
  it('lets running tasks end and starts nothing new until it is resumed', () => {
    const session = play(two)
    session.assign()
    session.send({ type: 'pause', reason: '' })
    session.report(A1, { result: 1 })
    expect(session.state.head.status).toBe('paused')
    session.effects.length = 0
    session.assign()
    expect(session.effects).toMatchObject([{ type: 'release', reason: 'over' }])
    session.send({ type: 'resume' })
    session.finish(() => ({ result: 2 }))
    expect(session.state.head).toMatchObject({ status: 'completed', result: 2 })
  })

  it("does not let a task age in its line, and runs the session's own time on: it fails with that when it is resumed", () => {
    const session = play(workflow([task('a', { timeouts: { scheduleToStart: '1m' } })], { timeout: '1h' }))
    session.send({ type: 'pause', reason: '' })
    session.wake()
    expect(session.now).toBe(START + 3_600_000)
    expect(session.state.head).toMatchObject({ status: 'paused', error: null })
    expect(session.wakeAt).toBeNull()
    session.advanceTo(START + 7_200_000)
    session.send({ type: 'resume' })
    const message = 'The session did not end in time; that was while the session was paused'
    expect(session.state.head).toMatchObject({ status: 'failed', error: { code: 'SESSION_TIMEOUT', message } })
  })

  it.each(['before the pause', 'in the pause'])(
    'lets the time in the line go on with what it had left, for a task scheduled %s',
    (when) => {
      const timeouts = { scheduleToStart: '1m' }
      const session = play(
        workflow([task('a', { timeouts, nextTaskId: 'b' }), task('b', { timeouts })], { timeout: '9h' }),
      )
      if (when === 'in the pause') session.assign()
      session.advanceTo(START + 20_000)
      session.send({ type: 'pause', reason: '' })
      session.advanceTo(START + 30_000)
      if (when === 'in the pause') session.report(A1, { result: 1 })
      session.advanceTo(START + 3_600_000)
      session.send({ type: 'resume' })
      session.wake()
      expect(session.now).toBe(START + 3_600_000 + (when === 'in the pause' ? 60_000 : 40_000))
      expect(session.state.head.error?.code).toBe('SCHEDULE_TO_START_TIMEOUT')
    },
  )

  it('lets a back-off go on with what it had left', () => {
    const session = play(workflow([task('a', { retry: { initialInterval: '1m', jitter: 0 } })]))
    session.assign()
    session.report(A1, boom)
    session.advanceTo(START + 45_000)
    session.send({ type: 'pause', reason: '' })
    session.advanceTo(START + 600_000)
    session.send({ type: 'resume' })
    session.wake()
    expect(session.now).toBe(START + 615_000)
    expect(session.state.tasks[0]).toMatchObject({
      status: 'pending',
      attempts: [{}, { scheduledAt: START + 615_000 }],
    })
  })

  it('lets agents run on into their time-outs, and holds the failure that follows', () => {
    const session = play(
      workflow([task('a', { ...once, timeouts: { startToClose: '1m' }, next: [{ to: 'b' }] }), task('b')]),
    )
    session.assign()
    session.send({ type: 'pause', reason: '' })
    session.wake()
    expect(session.now).toBe(START + 60_000)
    expect(session.state.tasks[0]).toMatchObject({ status: 'failed', attempts: [{ status: 'timed_out' }] })
    expect(session.state.head).toMatchObject({ status: 'paused', heldFailure: { code: 'START_TO_CLOSE_TIMEOUT' } })
    session.send({ type: 'resume' })
    expect(session.state.head).toMatchObject({
      status: 'failed',
      error: { code: 'START_TO_CLOSE_TIMEOUT', taskId: 'a' },
    })
    expect(session.state.head.error?.message).toContain('while the session was paused')
    session.send({ type: 'retry' })
    session.finish(() => ({ result: 'mended' }))
    expect(session.state.head).toMatchObject({ status: 'completed', result: 'mended' })
  })

  it('fails with the first of what failed in the pause, though other branches completed', () => {
    const session = play(workflow([task('a', { next: [{ to: 'b' }, { to: 'c' }] }), task('b', once), task('c', once)]))
    session.assign()
    session.report(A1, { result: 1 })
    session.assign()
    session.send({ type: 'pause', reason: '' })
    session.report(`${SESSION_ID}.2.1`, boom)
    session.report(`${SESSION_ID}.3.1`, { result: 3 })
    expect(session.state.head.status).toBe('paused')
    session.send({ type: 'resume' })
    expect(session.state.head).toMatchObject({ status: 'failed', error: { code: 'BOOM', taskId: 'b' } })
  })

  it('completes where the last task ends in it', () => {
    const session = play(workflow([task('a')]))
    session.assign()
    session.send({ type: 'pause', reason: '' })
    session.report(A1, { result: 'done' })
    expect(session.state.head).toMatchObject({ status: 'completed', result: 'done' })
  })

  it('that an earlier version began gives a task its whole time in the line anew', () => {
    const session = play(workflow([task('a', { timeouts: { scheduleToStart: '1m' } })]))
    const resumed = { type: 'session.resumed', time: START + 600_000, sessionId: SESSION_ID, data: {} } as const
    const paused = {
      type: 'session.paused',
      time: START + 30_000,
      sessionId: SESSION_ID,
      data: { reason: '' },
    } as const
    const state = [paused, resumed].reduce(evolveSession, session.state)
    expect(sessionWakeAt(state, session.workflow)).toBe(START + 660_000)
  })
})

describe('a time-out over all attempts', () => {
  it('stands still while its session is paused, with the agent or between attempts', () => {
    for (const backsOff of [true, false]) {
      const session = play(workflow([task('a', { timeouts: { scheduleToClose: '1m', startToClose: '2h' } })]))
      session.assign()
      if (backsOff) session.report(A1, boom)
      session.advanceTo(START + 500)
      session.send({ type: 'pause', reason: '' })
      session.advanceTo(START + 3_600_000)
      session.send({ type: 'wake' })
      session.send({ type: 'resume' })
      expect(session.state.head.status).toBe('running')
      if (backsOff) session.wake()
      if (backsOff) session.assign()
      session.wake()
      expect(session.now).toBe(START + 3_600_000 + 59_500)
      expect(session.state.head).toMatchObject({ status: 'failed', error: { code: 'SCHEDULE_TO_CLOSE_TIMEOUT' } })
    }
  })

  it('leaves no attempt in a pause that could not begin within it, and counts no pause', () => {
    const retry = { initialInterval: '30s', jitter: 0 }
    const session = play(workflow([task('a', { retry, timeouts: { scheduleToClose: '1m' } })]))
    session.assign()
    session.send({ type: 'pause', reason: '' })
    session.advanceTo(START + 3_600_000)
    session.report(A1, boom)
    expect(session.state.tasks[0]).toMatchObject({ status: 'pending_retry', retryAt: START + 3_630_000 })
  })
})

describe('retrying a failed session', () => {
  it('goes on from the failed task, keeps the completed ones, and opens a new epoch', () => {
    const session = play(two)
    session.finish((id) => (id === 'b' ? boom : { result: 'kept' }))
    expect(session.state.head.status).toBe('failed')
    session.send({ type: 'retry' })
    expect(session.state.head).toMatchObject({ status: 'running', epoch: 2, error: null, openTasks: 1 })
    session.finish(() => ({ result: 'mended' }))
    expect(session.state.head).toMatchObject({ status: 'completed', result: 'mended' })
    expect(session.state.tasks.map((one) => one?.attempts.length)).toEqual([1, 2])
  })

  it('gives the task all its attempts again', () => {
    const session = play(workflow([task('a', { retry: { maxAttempts: 2 } })]))
    session.finish(() => boom)
    session.send({ type: 'retry' })
    session.finish(() => boom)
    expect(session.state.tasks[0]?.attempts.map((attempt) => attempt.attempt)).toEqual([1, 2, 3, 4])
  })

  it('runs again what was called off with it', () => {
    const session = play(workflow([task('a', { next: [{ to: 'b' }, { to: 'c' }] }), task('b', once), task('c')]))
    session.assign()
    session.report(A1, { result: 1 })
    session.assign()
    session.report(`${SESSION_ID}.2.1`, boom)
    expect(session.state.tasks.map((one) => one?.status)).toEqual(['completed', 'failed', 'cancelled'])
    session.send({ type: 'retry' })
    session.finish((id) => ({ result: id }))
    expect(session.state.head).toMatchObject({ status: 'completed', result: { b: 'b', c: 'c' } })
  })

  it('is refused for a session that has not failed', () => {
    expect(() => play(two).send({ type: 'retry' })).toThrow('is running and cannot be retried')
  })
})

describe('adopting a late result', () => {
  const adopt = { type: 'adopt', taskDefinitionId: 'a', attemptId: null } as const
  const slow = workflow([task('a', { ...once, timeouts: { startToClose: '5s' }, nextTaskId: 'b' }), task('b')])

  it('completes the task of a failed session with it, and the session goes on', () => {
    const session = play(slow)
    session.assign()
    session.wake()
    expect(session.state.head).toMatchObject({ status: 'failed', error: { code: 'START_TO_CLOSE_TIMEOUT' } })
    session.report(A1, { result: 'better late' })
    session.send(adopt)
    expect(session.state.tasks[0]).toMatchObject({ status: 'completed', result: 'better late' })
    session.finish((id) => ({ result: id }))
    expect(session.state.head).toMatchObject({ status: 'completed', epoch: 2, result: 'b' })
  })

  it('takes the place of an attempt that is under way', () => {
    const session = play(workflow([task('a', { timeouts: { startToClose: '5s' } })]))
    session.assign()
    session.wake()
    session.wake()
    session.assign('other')
    session.report(A1, { result: 'late' })
    session.effects.length = 0
    session.send(adopt)
    expect(session.state.head).toMatchObject({ status: 'completed', epoch: 1, result: 'late' })
    expect(session.state.tasks[0]?.attempts.map((attempt) => attempt.status)).toEqual(['timed_out', 'cancelled'])
    expect(session.effects).toMatchObject([{ type: 'release', agentId: 'other' }])
  })

  it('is refused where there is none, or where the task has a result', () => {
    const session = play(two)
    expect(() => session.send(adopt)).toThrow('no late result')
    session.assign()
    session.report(A1, { result: 1 })
    session.report(A1, boom)
    expect(() => session.send(adopt)).toThrow('no late result')
  })
})

describe('what is said directly of a task', () => {
  const conclude = {
    type: 'conclude',
    attemptId: A1,
    by: 'person',
    outcome: 'completed',
    result: 'said',
    error: null,
  } as const

  it.each([
    ['agent', 'over'],
    ['person', 'concluded'],
  ] as const)('by the %s completes it and releases its place as %s', (by, reason) => {
    const session = play(two)
    session.assign()
    session.effects.length = 0
    session.send({ ...conclude, by })
    expect(session.state.tasks[0]).toMatchObject({ status: 'completed', result: 'said' })
    expect(session.effects).toMatchObject([{ type: 'release', reason }])
  })

  it('completes a task that still waits for an agent', () => {
    const session = play(two)
    session.send(conclude)
    expect(session.state.tasks[0]?.status).toBe('completed')
    expect(session.effects).toEqual([])
  })

  it.each(['waits', 'runs', 'backs off'])('by a person ends a task that %s, and finally', (how) => {
    const begin = () => {
      const session = play(workflow([task('a', { nextTaskId: 'b' }), task('b')]))
      if (how !== 'waits') session.assign()
      if (how === 'backs off') session.report(A1, boom)
      return session
    }
    const completed = begin()
    completed.send(conclude)
    expect(completed.state.tasks.map((one) => one?.status)).toEqual(['completed', 'pending'])
    expect(completed.state.tasks[0]).toMatchObject({ result: 'said', error: null, retryAt: null })
    const failed = begin()
    failed.send({ ...conclude, outcome: 'failed', error: { code: 'GIVEN_UP', message: 'Nobody can' } })
    expect(failed.state.head).toMatchObject({ status: 'failed', error: { code: 'GIVEN_UP', taskId: 'a' } })
    expect(failed.state.tasks[0]?.attempts).toHaveLength(1)
    for (const session of [completed, failed]) {
      expect(() => session.send(conclude)).toThrow('takes no other outcome')
    }
  })

  it('by a person of a task that has ended keeps the result as a late one, once', () => {
    const session = play(two)
    session.assign()
    session.report(A1, boom)
    for (const result of ['one', 'one', 'two']) session.send({ type: 'keep-result', attemptId: A1, result })
    expect(session.state.tasks[0]?.lateResults.map(({ result }) => result)).toEqual(['one', 'two'])
    session.send({ type: 'adopt', taskDefinitionId: 'a', attemptId: null })
    expect(session.state.tasks[0]).toMatchObject({ status: 'completed', result: 'two' })
  })

  it.each(['agent', 'person'] as const)('by the %s is refused where it is too large, and the attempt goes on', (by) => {
    const session = play(two)
    session.assign()
    const { length } = session.events
    expect(() => session.send({ ...conclude, by, result: 'x'.repeat(256 * 1024) })).toThrow('more than 262144')
    expect(session.events).toHaveLength(length)
    session.report(A1, { result: 'small' })
    expect(session.state.tasks[0]?.result).toBe('small')
  })

  it('keeps a heartbeat with its progress, moves the time-out, and says that the task runs', () => {
    const session = play(workflow([task('a', { ...once, timeouts: { heartbeat: '10s', startToClose: '1h' } })]))
    session.assign()
    session.report(A1, 'active')
    session.send({ type: 'heartbeat', attemptId: A1, progress: { fraction: 0.5, text: 'half' } })
    expect(session.state.tasks[0]).toMatchObject({ status: 'running', progress: { fraction: 0.5, text: 'half' } })
    session.wake()
    expect(session.now).toBe(START + 10_000)
  })

  it('refuses a heartbeat of an attempt that is over, so that its worker can stop', () => {
    const session = play(two)
    session.assign()
    session.report(A1, { result: 1 })
    const heartbeat = { type: 'heartbeat', attemptId: A1, progress: null } as const
    expect(() => session.send(heartbeat)).toThrow('The attempt is over')
  })
})
