import { describe, expect, it } from 'vitest'
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

  it('does not let a task age in its line', () => {
    const session = play(workflow([task('a', { timeouts: { scheduleToStart: '1m' } })], { timeout: '1h' }))
    session.send({ type: 'pause', reason: '' })
    session.wake()
    expect(session.now).toBe(START + 3_600_000)
    expect(session.state.head.error?.code).toBe('SESSION_TIMEOUT')
  })
})

describe('a time-out over all attempts', () => {
  it('strikes a task that backs off while its session is paused', () => {
    const session = play(workflow([task('a', { timeouts: { scheduleToClose: '1m' } })]))
    session.assign()
    session.report(A1, boom)
    session.send({ type: 'pause', reason: '' })
    session.wake()
    expect(session.now).toBe(START + 60_000)
    expect(session.state.head).toMatchObject({ status: 'failed', error: { code: 'SCHEDULE_TO_CLOSE_TIMEOUT' } })
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
