import type { JsonObject, TaskView } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { hold, startFleet } from '../../end-to-end/fleet.ts'

const definition = (task: object = {}, retry: object = { maxAttempts: 1 }): JsonObject => ({
  id: 'direct',
  name: 'Direct',
  tasks: [{ taskId: 'a', name: 'Do a', ...task }],
  defaults: { retry: JSON.parse(JSON.stringify(retry)) },
})
const at = ({ taskId }: Pick<TaskView, 'taskId'>) => `/v1/opscore/task/${taskId}`

describe.each(['memory', 'sqlite'] as const)('what is said of tasks directly, over the %s store', (storage) => {
  it.each(['by its id', 'with its attempt named', 'by the id that its agent knows'])(
    'completes a task, %s, and frees its place',
    async (naming) => {
      await using fleet = await startFleet(storage)
      const agent = await fleet.agent('worker', { work: hold })
      const { sessionId, task } = await fleet.started('worker', definition())
      const attemptId = task.attempts[0]?.attemptId ?? ''
      const named = naming === 'with its attempt named' ? { attemptId } : {}
      const path = at(naming === 'by the id that its agent knows' ? { taskId: attemptId } : task)
      const answer = await fleet.post(`${path}/complete`, { ...named, result: { by: 'hand' } })
      expect(answer).toEqual({ status: 202, body: { status: 'success', message: 'Task complete accepted' } })
      expect(await fleet.opsCore.ended(sessionId)).toMatchObject({ status: 'completed', result: { by: 'hand' } })
      await agent.report('idle', { opscore_task_id: attemptId })
      await fleet.started('worker', definition())
      expect(agent.received).toHaveLength(2)
    },
  )

  it('completes a task that no agent has taken, without a body', async () => {
    await using fleet = await startFleet(storage)
    const agent = await fleet.agent('worker', { state: null })
    const { sessionId, task } = await fleet.started('worker', definition(), 'pending')
    expect((await fleet.post(`${at(task)}/complete`)).status).toBe(202)
    expect(await fleet.opsCore.ended(sessionId)).toMatchObject({ status: 'completed', result: null })
    await agent.report('idle')
    expect(agent.received).toEqual([])
  })

  it.each(['complete', 'fail'])('%s of a task between two attempts ends it', async (action) => {
    await using fleet = await startFleet(storage)
    const agent = await fleet.agent('worker', {
      work: async ({ opscore_task_id }, { report }) => void (await report('error', { opscore_task_id })),
    })
    const slow = { maxAttempts: 3, initialInterval: '1h' }
    const { sessionId, task } = await fleet.started('worker', definition({}, slow), 'pending_retry')
    const said = action === 'complete' ? { result: 'by hand' } : { code: 'GIVEN_UP' }
    expect((await fleet.post(`${at(task)}/${action}`, said)).status).toBe(202)
    const session = await fleet.session(sessionId)
    expect(session.status).toBe(action === 'complete' ? 'completed' : 'failed')
    expect(action === 'complete' ? session.result : session.error?.code).toBe(said.result ?? said.code)
    expect(agent.received).toHaveLength(1)
  })

  it('answers 409 for a task that has ended, and keeps a result as a late one that can be adopted', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: hold })
    const { sessionId, task } = await fleet.started('worker', definition())
    expect((await fleet.post(`${at(task)}/fail`)).status).toBe(202)
    for (const [action, body] of [
      ['fail', {}],
      ['complete', { result: 'after all' }],
    ] as const) {
      const answer = await fleet.post(`${at(task)}/${action}`, body)
      expect([action, answer.status, answer.body.code]).toEqual([action, 409, 'STATE_CONFLICT'])
    }
    expect((await fleet.opsCore.get<TaskView>(at(task))).lateResults).toMatchObject([{ result: 'after all' }])
    expect((await fleet.post(`${at(task)}/adopt`)).status).toBe(202)
    expect(await fleet.session(sessionId)).toMatchObject({ status: 'completed', result: 'after all' })
  })

  it('refuses with 413 what is too large, before it harms the session', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: hold })
    const { sessionId, task } = await fleet.started('worker', definition())
    for (const attempt of [{}, { attemptId: task.attempts[0]?.attemptId }]) {
      for (const bytes of [257 * 1024, 400 * 1024]) {
        const answer = await fleet.post(`${at(task)}/complete`, { ...attempt, result: 'x'.repeat(bytes) })
        expect([bytes, answer.status, answer.body.code]).toEqual([bytes, 413, 'PAYLOAD_TOO_LARGE'])
      }
    }
    expect(await fleet.session(sessionId)).toMatchObject({ status: 'running', tasks: [{ status: 'running' }] })
  })

  it('fails an attempt, which is then retried', async () => {
    await using fleet = await startFleet(storage)
    const agent = await fleet.agent('worker', { work: hold })
    const { sessionId, task } = await fleet.started('worker', definition({}, { maxAttempts: 2, initialInterval: 0.01 }))
    const first = { attemptId: task.attempts[0]?.attemptId, code: 'NO_PAPER', message: 'The tray is empty' }
    expect((await fleet.post(`${at(task)}/fail`, first)).status).toBe(202)
    await agent.report('idle')
    await fleet.until(async () => agent.received.length === 2)
    expect((await fleet.post(`${at(task)}/fail`)).status).toBe(202)
    const session = await fleet.opsCore.ended(sessionId)
    expect(session.status).toBe('failed')
    expect(session.tasks[0]?.attempts.map((attempt) => attempt.error)).toEqual([
      { code: 'NO_PAPER', message: 'The tray is empty' },
      { code: 'AGENT_ERROR', message: 'The task was failed directly' },
    ])
  })

  it('keeps the latest progress of heartbeats, the first of which shows that the task runs', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: async () => {} })
    const { task } = await fleet.started('worker', definition(), 'dispatched')
    const { attemptId } = task.attempts[0] ?? {}
    const beats = [
      { said: { attemptId, progress: { fraction: 0.2, text: 'one' } }, kept: { fraction: 0.2, text: 'one' } },
      { said: { attemptId, progress: { fraction: 0.4, text: null } }, kept: { fraction: 0.4, text: null } },
      { said: { attemptId }, kept: { fraction: 0.4, text: null } },
      { said: { progress: { fraction: null, text: 'two' } }, kept: { fraction: null, text: 'two' } },
    ]
    for (const { said, kept } of beats) {
      expect((await fleet.post(`${at(task)}/heartbeat`, said)).status).toBe(202)
      expect(await fleet.opsCore.get<TaskView>(at(task))).toMatchObject({ status: 'running', progress: kept })
    }
    if (storage === 'memory') return
    await fleet.opsCore.restart()
    expect((await fleet.opsCore.get<TaskView>(at(task))).progress).toEqual({ fraction: null, text: 'two' })
  })

  it('adopts the result of an agent that came too late, and the session goes on', async () => {
    await using fleet = await startFleet(storage)
    const agent = await fleet.agent('slow', {
      work: async ({ opscore_task_id, payload }, { report }) => {
        if (payload.task_name === 'b') await report('idle', { opscore_task_id, result: 'and b' })
      },
    })
    const tasks: JsonObject[] = [
      { taskId: 'a', timeouts: { startToClose: 0.1 }, nextTaskId: 'b' },
      { taskId: 'b', parameters: { of: '${{ tasks.a.result.of }}' } },
    ]
    const { sessionId } = await fleet.opsCore.trigger('slow', { ...definition(), tasks })
    const failed = await fleet.opsCore.ended(sessionId)
    expect(failed.error?.code).toBe('START_TO_CLOSE_TIMEOUT')
    const [task] = failed.tasks
    if (!task) throw new Error('The session has no task')
    expect(await fleet.post(`${at(task)}/adopt`)).toMatchObject({ status: 409, body: { code: 'STATE_CONFLICT' } })
    await agent.report('idle', { opscore_task_id: task.attempts[0]?.attemptId ?? '', result: { of: 'late' } })
    await fleet.until(async () => (await fleet.opsCore.get<TaskView>(at(task))).lateResults.length === 1)
    const wrong = await fleet.post(`${at(task)}/adopt`, { attemptId: `${task.taskId}.9` })
    expect(wrong).toMatchObject({ status: 409, body: { code: 'STATE_CONFLICT' } })
    expect((await fleet.post(`${at(task)}/adopt`)).status).toBe(202)
    const session = await fleet.until(async () => {
      const read = await fleet.session(sessionId)
      return read.status === 'completed' && read
    })
    expect(session).toMatchObject({ result: 'and b', tasks: [{ result: { of: 'late' } }, { payload: { of: 'late' } }] })
    expect((await fleet.post(`${at(task)}/adopt`)).status).toBe(409)
  })

  it('keeps what is said of an attempt that is over as a late result, and tells who beats for it to stop', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('slow', { work: async () => {} })
    const { sessionId } = await fleet.opsCore.trigger('slow', definition({ timeouts: { startToClose: 0.1 } }))
    const [task] = (await fleet.opsCore.ended(sessionId)).tasks
    if (!task) throw new Error('The session has no task')
    const { attemptId } = task.attempts[0] ?? {}
    const beat = await fleet.post(`${at(task)}/heartbeat`, { attemptId })
    expect(beat).toMatchObject({ status: 409, body: { code: 'STATE_CONFLICT' } })
    expect((await fleet.post(`${at(task)}/complete`, { attemptId, result: 'late' })).status).toBe(202)
    expect((await fleet.opsCore.get<TaskView>(at(task))).lateResults).toMatchObject([{ attemptId, result: 'late' }])
    expect((await fleet.session(sessionId)).status).toBe('failed')
  })

  it('refuses tasks that are not there, attempts of others, and bodies that are off', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: hold })
    const { task } = await fleet.started('worker', definition())
    for (const action of ['complete', 'fail', 'heartbeat', 'adopt']) {
      for (const taskId of ['nothing', task.taskId.replace(/\d$/, '7'), `${'0'.repeat(36)}.1`]) {
        const answer = await fleet.post(`${at({ taskId })}/${action}`, {})
        expect([action, taskId, answer.status, answer.body.code]).toEqual([action, taskId, 404, 'TASK_NOT_FOUND'])
      }
      const other = await fleet.post(`${at(task)}/${action}`, { attemptId: `${task.taskId}.2` })
      expect([action, other.status, other.body.code]).toEqual([action, 409, 'STATE_CONFLICT'])
      const off = await fleet.post(`${at(task)}/${action}`, { attemptId: 1 })
      expect([action, off.status, off.body.code]).toEqual([action, 422, 'VALIDATION_FAILED'])
    }
    for (const progress of [
      { fraction: 1.1, text: null },
      { fraction: 0.5 },
      { fraction: null, text: 'x'.repeat(1025) },
    ]) {
      expect((await fleet.post(`${at(task)}/heartbeat`, { progress })).status).toBe(422)
    }
  })
})
