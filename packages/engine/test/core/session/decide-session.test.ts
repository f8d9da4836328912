import { describe, expect, it } from 'vitest'
import { play, SESSION_ID, START } from './play.ts'

const task = (taskId: string, rest: object = {}) => ({ taskId, name: taskId, ...rest })
const workflow = (tasks: object[], rest: object = {}) => ({ id: 'w', name: 'W', version: '1', tasks, ...rest }) as never
const two = workflow([task('a', { nextTaskId: 'b' }), task('b')])
const A1 = `${SESSION_ID}.1.1`
const A2 = `${SESSION_ID}.1.2`
const boom = { error: { code: 'BOOM', message: 'it broke' } }

describe('a sequence', () => {
  it('runs its tasks one after the other and ends with the last result', () => {
    const session = play(two)
    session.finish((id) => ({ result: { from: id } }))
    expect(session.state.head).toMatchObject({ status: 'completed', result: { from: 'b' } })
    expect(session.types()).toEqual([
      'session.started',
      'task.scheduled',
      'task.assigned',
      'task.dispatched',
      'task.completed',
      'task.scheduled',
      'task.assigned',
      'task.dispatched',
      'task.completed',
      'session.completed',
    ])
  })

  it('completes at once without tasks', () => {
    expect(play(workflow([])).types()).toEqual(['session.started', 'session.completed'])
  })

  it("takes the trigger's payload for its first task alone", () => {
    const definition = workflow([
      task('a', { parameters: { own: 1 }, nextTaskId: 'b' }),
      task('b', { parameters: { own: 2 } }),
    ])
    const session = play(definition, { given: true })
    session.finish(() => ({ result: null }))
    expect(session.state.tasks.map((one) => one?.payload)).toEqual([{ given: true }, { own: 2 }])
    expect(play(definition, {}).state.tasks[0]?.payload).toEqual({ own: 1 })
  })
})

describe('an attempt', () => {
  it('has one outcome: what comes twice changes nothing', () => {
    const session = play(two)
    session.assign()
    session.report(A1, { result: 1 })
    const before = session.events.length
    session.report(A1, { result: 1 })
    expect(session.events).toHaveLength(before)
  })

  it('is completed by an idle that overtook the active one, which then changes nothing', () => {
    const session = play(two)
    session.assign()
    session.report(A1, { result: 1 })
    session.report(A1, 'active')
    expect(session.types()).not.toContain('task.running')
  })

  it('takes no outcome from another agent', () => {
    const session = play(two)
    session.assign()
    const before = session.events.length
    session.report(A1, { result: 'forged' }, 'somebody else')
    expect(session.events).toHaveLength(before)
  })

  it('is tried again after its back-off, and an older one ends nothing', () => {
    const session = play(two)
    session.assign()
    session.report(A1, boom)
    const task = session.state.tasks[0]
    expect(task?.status).toBe('pending_retry')
    expect(task?.retryAt).toBeGreaterThanOrEqual(START + 1_000)
    session.wake()
    session.assign()
    session.report(A1, { result: 'too late' })
    expect(session.state.tasks[0]).toMatchObject({
      status: 'dispatched',
      lateResults: [{ attemptId: A1, result: 'too late' }],
    })
    session.report(A2, { result: 'right' })
    expect(session.state.tasks[0]).toMatchObject({ status: 'completed', result: 'right' })
  })

  it('that nobody wants any more gives its place back', () => {
    const session = play(two)
    session.assign()
    session.effects.length = 0
    const receipt = { chosen: 'other', reason: 'LEAST_LOADED' as const, candidates: [], considered: 2 }
    session.send({ type: 'assigned', sessionId: SESSION_ID, attemptId: A1, agentId: 'other', receipt })
    expect(session.effects).toMatchObject([{ type: 'release', agentId: 'other', reason: 'over' }])
  })

  it('keeps its place when it hears twice that it was given one', () => {
    const session = play(two)
    session.assign('one')
    session.effects.length = 0
    const receipt = { chosen: 'one', reason: 'LEAST_LOADED' as const, candidates: [], considered: 1 }
    session.send({ type: 'assigned', sessionId: SESSION_ID, attemptId: A1, agentId: 'one', receipt })
    expect(session.effects).toEqual([])
  })

  it('gives back a place that its agent was asked for again, and no other', () => {
    const session = play(two)
    const receipt = { chosen: 'one', reason: 'LEAST_LOADED' as const, candidates: [], considered: 1 }
    const assigned = (place: number) =>
      session.send({ type: 'assigned', sessionId: SESSION_ID, attemptId: A1, agentId: 'one', receipt, place })
    assigned(7)
    session.effects.length = 0
    for (const place of [7, 3]) assigned(place)
    expect(session.effects).toEqual([])
    assigned(9)
    expect(session.effects).toMatchObject([{ type: 'release', agentId: 'one', attemptId: A1, reason: 'over' }])
    session.report(A1, { result: 1 }, 'one')
    session.effects.length = 0
    for (const place of [7, 3]) assigned(place)
    expect(session.effects).toEqual([])
    assigned(9)
    expect(session.effects).toHaveLength(1)
  })

  it('goes to another agent when its own is lost', () => {
    const session = play(two)
    session.assign('first')
    session.send({ type: 'lost', sessionId: SESSION_ID, attemptId: A1, agentId: 'first', reason: 'gone' })
    expect(session.state.tasks[0]?.error?.code).toBe('AGENT_LOST')
    session.wake()
    expect(session.assign('second')).toEqual([A2])
  })

  it('stays with its agent when an earlier place is lost, at another agent or at its own', () => {
    const session = play(two)
    const receipt = { chosen: 'one', reason: 'LEAST_LOADED' as const, candidates: [], considered: 1 }
    const about = { sessionId: SESSION_ID, attemptId: A1 }
    session.send({ type: 'assigned', ...about, agentId: 'one', receipt, place: 9 })
    session.send({ type: 'lost', ...about, agentId: 'two', reason: 'gone', place: 12 })
    session.send({ type: 'lost', ...about, agentId: 'one', reason: 'gone', place: 8 })
    expect(session.state.tasks[0]).toMatchObject({ error: null, attempts: [{ agentId: 'one', endedAt: null }] })
    session.send({ type: 'lost', ...about, agentId: 'one', reason: 'gone', place: 10 })
    expect(session.state.tasks[0]?.error?.code).toBe('AGENT_LOST')
  })

  it('whose dispatch was refused for good is not tried again', () => {
    const session = play(two)
    session.assign()
    session.send({ type: 'dispatch-failed', attemptId: A1, code: 'DISPATCH_REJECTED', reason: 'HTTP 400' })
    expect(session.state.head).toMatchObject({ status: 'failed', error: { code: 'DISPATCH_REJECTED', taskId: 'a' } })
  })

  it('that runs is not failed by a dispatch whose answer was lost', () => {
    const session = play(two)
    session.assign()
    session.report(A1, 'active')
    session.send({ type: 'dispatch-failed', attemptId: A1, code: 'DISPATCH_FAILED', reason: 'reset' })
    expect(session.state.tasks[0]?.status).toBe('running')
  })

  it('with a result beyond the bound fails for good, with a code of its own', () => {
    const session = play(two)
    session.assign()
    session.report(A1, { result: 'x'.repeat(256 * 1024) })
    expect(session.state.head.error?.code).toBe('RESULT_TOO_LARGE')
  })
})

describe('retries', () => {
  it.each([
    [{}, 4],
    [{ retry: { maxAttempts: 2 } }, 2],
    [{ retry: { maxRetries: 2 } }, 3],
    [{ retry: { nonRetryableErrors: ['BOOM'] } }, 1],
  ])('with %j make %i attempts', (policy, attempts) => {
    const session = play(workflow([task('a', policy)]))
    session.finish(() => boom)
    expect(session.state.tasks[0]?.attempts).toHaveLength(attempts)
    expect(session.state.head).toMatchObject({
      status: 'failed',
      error: { code: 'BOOM', message: 'it broke', taskId: 'a' },
    })
  })

  it('wait no less than the back-off, which grows to its maximum', () => {
    const retry = { maxAttempts: 6, initialInterval: '1s', backoffCoefficient: 3, maximumInterval: '10s', jitter: 0 }
    const session = play(workflow([task('a', { retry })]))
    session.finish(() => boom)
    const scheduled = session.state.tasks[0]?.attempts.map((attempt) => attempt.scheduledAt) ?? []
    expect(scheduled.slice(1).map((at, i) => at - (scheduled[i] ?? 0))).toEqual([1_000, 3_000, 9_000, 10_000, 10_000])
  })

  it('end where scheduleToClose would be passed', () => {
    const timeouts = { scheduleToClose: '2s' }
    const session = play(workflow([task('a', { timeouts, retry: { jitter: 0 } })]))
    session.finish(() => boom)
    expect(session.state.tasks[0]?.attempts).toHaveLength(2)
  })
})

describe('time-outs', () => {
  it('strike at their deadline and not before', () => {
    const session = play(workflow([task('a', { timeouts: { startToClose: '10s' }, retry: { maxAttempts: 1 } })]))
    session.assign()
    session.send({ type: 'wake' })
    expect(session.state.head.status).toBe('running')
    session.wake()
    expect(session.now).toBe(START + 10_000)
    expect(session.state.tasks[0]?.attempts[0]).toMatchObject({
      status: 'timed_out',
      error: { code: 'START_TO_CLOSE_TIMEOUT' },
    })
    expect(session.effects).toContainEqual(expect.objectContaining({ type: 'release', reason: 'timed_out' }))
  })

  it('in the line are not retried', () => {
    const session = play(workflow([task('a', { timeouts: { scheduleToStart: '5s' } })]))
    session.wake()
    expect(session.state.head.error).toMatchObject({ code: 'SCHEDULE_TO_START_TIMEOUT', taskId: 'a' })
  })

  it('of the session end it and call off what is open', () => {
    const session = play(workflow([task('a')], { timeout: '1m' }))
    session.assign()
    session.wake()
    expect(session.state.head).toMatchObject({ status: 'failed', error: { code: 'SESSION_TIMEOUT' }, openTasks: 0 })
    expect(session.state.tasks[0]?.status).toBe('cancelled')
    expect(session.effects.map((effect) => effect.type)).toEqual(['dispatch', 'cancel', 'release'])
  })

  it('of heartbeats strike only a running task', () => {
    const session = play(workflow([task('a', { timeouts: { heartbeat: '3s' }, retry: { maxAttempts: 1 } })]))
    session.assign()
    session.report(A1, 'active')
    session.wake()
    expect(session.now).toBe(START + 3_000)
    expect(session.state.head.error?.code).toBe('HEARTBEAT_TIMEOUT')
  })
})

describe('a task that fails for good', () => {
  const once = { retry: { maxAttempts: 1 } }

  it('goes on at its fallback', () => {
    const session = play(workflow([task('a', { ...once, nextTaskId: 'b', fallbackTaskId: 'f' }), task('b'), task('f')]))
    session.finish((id) => (id === 'a' ? boom : { result: id }))
    expect(session.state.head).toMatchObject({ status: 'completed', result: 'f' })
    expect(session.state.tasks.map((one) => one?.status)).toEqual(['failed', 'skipped', 'completed'])
  })

  it('skips its fallback where it completes', () => {
    const session = play(workflow([task('a', { fallbackTaskId: 'f' }), task('f')]))
    session.finish((id) => ({ result: id }))
    expect(session.state.tasks.map((one) => one?.status)).toEqual(['completed', 'skipped'])
    expect(session.state.head.result).toBe('a')
  })

  it('lets its edges see the error with onFailure continue', () => {
    const edges = [
      { to: 'ok', when: 'error == null' },
      { to: 'mend', when: 'error != null && error.code == "BOOM"' },
    ]
    const session = play(
      workflow([task('a', { ...once, onFailure: 'continue', choose: edges }), task('ok'), task('mend')]),
    )
    session.finish((id) => (id === 'a' ? boom : { result: id }))
    expect(session.state.tasks.map((one) => one?.status)).toEqual(['failed', 'skipped', 'completed'])
  })
})

describe('edges', () => {
  const diamond = (join: string) =>
    workflow([
      task('a', {
        next: [
          { to: 'b', when: 'result.b' },
          { to: 'c', when: 'result.c' },
        ],
      }),
      task('b', { nextTaskId: 'd' }),
      task('c', { nextTaskId: 'd' }),
      task('d', { join, parameters: { have: '${{ has(tasks.b.result) }}' } }),
    ])
  const outcome = (b: boolean, c: boolean) => (id: string) => ({ result: id === 'a' ? { b, c } : id })

  it.each([
    [true, true, ['completed', 'completed', 'completed', 'completed']],
    [true, false, ['completed', 'completed', 'skipped', 'completed']],
    [false, false, ['completed', 'skipped', 'skipped', 'skipped']],
  ])('that fan out to b=%s c=%s join again', (b, c, statuses) => {
    const session = play(diamond('all'))
    session.finish(outcome(b, c))
    expect(session.state.tasks.map((one) => one?.status)).toEqual(statuses)
    expect(session.state.head.status).toBe('completed')
  })

  it('join any runs at the first arrival, and only once', () => {
    const session = play(diamond('any'))
    session.assign()
    session.report(A1, { result: { b: true, c: true } })
    session.assign()
    session.report(`${SESSION_ID}.2.1`, { result: 'b' })
    expect(session.assign()).toEqual([`${SESSION_ID}.4.1`])
    session.report(`${SESSION_ID}.3.1`, { result: 'c' })
    session.report(`${SESSION_ID}.4.1`, { result: 'd' })
    expect(session.state.head).toMatchObject({ status: 'completed', result: 'd' })
    expect(session.types().filter((type) => type === 'task.completed')).toHaveLength(4)
  })

  it('give an object by task id where several tasks end the session', () => {
    const session = play(workflow([task('a', { next: [{ to: 'b' }, { to: 'c' }] }), task('b'), task('c')]))
    session.finish((id) => ({ result: id.toUpperCase() }))
    expect(session.state.head.result).toEqual({ b: 'B', c: 'C' })
  })

  it('whose condition cannot be evaluated fail the session, not the server', () => {
    const session = play(workflow([task('a', { choose: [{ to: 'b', when: 'result.missing.deep > 1' }] }), task('b')]))
    session.finish(() => ({ result: {} }))
    expect(session.state.head).toMatchObject({ status: 'failed', error: { code: 'TEMPLATE_ERROR', taskId: 'a' } })
  })

  it('leave out what nothing leads to, and no join waits for it', () => {
    const session = play(workflow([task('a', { nextTaskId: 'c' }), task('lonely', { nextTaskId: 'c' }), task('c')]))
    session.finish((id) => ({ result: id }))
    expect(session.state.tasks.map((one) => one?.status)).toEqual(['completed', 'skipped', 'completed'])
  })
})

describe('templates', () => {
  it('hand results on to later tasks and shape the result of the session', () => {
    const session = play(
      workflow([task('a', { nextTaskId: 'b' }), task('b', { parameters: { sum: '${{ tasks.a.result.n + 1 }}' } })], {
        output: { got: '${{ tasks.b.result }}', say: 'n was ${{ tasks.a.result.n }}' },
      }),
    )
    session.finish((id) => ({ result: id === 'a' ? { n: 41 } : 'done' }))
    expect(session.state.tasks[1]?.payload).toEqual({ sum: 42 })
    expect(session.state.head.result).toEqual({ got: 'done', say: 'n was 41' })
  })

  it('that fail fail their task with TEMPLATE_ERROR, and its fallback goes on', () => {
    const session = play(
      workflow([
        task('a', { nextTaskId: 'b' }),
        task('b', { parameters: { x: '${{ tasks.a.result.missing.deep }}' }, fallbackTaskId: 'f' }),
        task('f'),
      ]),
    )
    session.finish((id) => ({ result: id === 'a' ? {} : id }))
    expect(session.state.tasks[1]).toMatchObject({ status: 'failed', error: { code: 'TEMPLATE_ERROR' } })
    expect(session.state.head).toMatchObject({ status: 'completed', result: 'f' })
  })

  it('that grow beyond the bound of a payload fail their task with a code of its own', () => {
    const big = { text: 'x'.repeat(200 * 1024) }
    const parameters = { twice: ['${{ tasks.a.result }}', '${{ input }}'] }
    const session = play(workflow([task('a', { nextTaskId: 'b' }), task('b', { parameters })]), big)
    session.finish(() => ({ result: big }))
    expect(session.state.head.error?.code).toBe('TEMPLATE_ERROR')
    const given = play(workflow([task('a')]), { text: 'x'.repeat(256 * 1024) })
    expect(given.state.head.error?.code).toBe('PAYLOAD_TOO_LARGE')
  })
})
