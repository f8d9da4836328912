import type { Explanation, JsonObject } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { hold, startFleet } from '../../end-to-end/fleet.ts'
import { API_KEY } from '../../end-to-end/ops-core.ts'

const once = { retry: { maxAttempts: 1 } }
const one: JsonObject = { id: 'one', name: 'One', tasks: [{ taskId: 'a', name: 'Do a' }], defaults: once }
const two: JsonObject = { ...one, id: 'two', tasks: [{ taskId: 'a', nextTaskId: 'b' }, { taskId: 'b' }] }
const at = (sessionId: string) => `/v1/opscore/session/${sessionId}`

describe.each(['memory', 'sqlite'] as const)('control of sessions over the %s store', (storage) => {
  it('cancels, and tells an agent that accepts it and no other', async () => {
    await using fleet = await startFleet(storage)
    const told = await fleet.agent('told', { work: hold, metadata: { config: { acceptsCancel: true } } })
    const untold = await fleet.agent('untold', { work: hold })
    for (const agent of [told, untold]) {
      const { sessionId } = await fleet.started(agent.agentId, one)
      const answer = await fleet.post(`${at(sessionId)}/cancel`, { reason: 'No longer wanted' })
      expect(answer).toEqual({ status: 202, body: { status: 'success', message: 'Session cancel accepted' } })
      const session = await fleet.session(sessionId)
      expect(session).toMatchObject({ status: 'cancelled', tasks: [{ status: 'cancelled' }] })
      expect((await fleet.post(`${at(sessionId)}/cancel`)).status).toBe(202)
    }
    const cancel = await fleet.until(async () =>
      told.received.find((message) => message.messageType !== 'workflow_task'),
    )
    expect(cancel).toMatchObject({
      messageType: 'workflow_cancel',
      opscore_task_id: told.received[0]?.opscore_task_id,
    })
    // The place of the other is kept until it reports: a second task reaches it only then, and no cancel before.
    const { sessionId } = await fleet.opsCore.trigger('untold', one)
    expect((await fleet.session(sessionId)).tasks[0]?.status).toBe('pending')
    await untold.report('idle', { opscore_task_id: untold.received[0]?.opscore_task_id ?? '' })
    await fleet.until(async () => untold.received.length === 2)
    expect(untold.received.map((message) => message.messageType)).toEqual(['workflow_task', 'workflow_task'])
  })

  it('pauses: what runs ends, what follows starts only after a resume', async () => {
    await using fleet = await startFleet(storage)
    const agent = await fleet.agent('worker', {
      work: async (message, reporter) => {
        if (message.payload.task_name === 'a') return hold(message, reporter)
        await reporter.report('idle', { opscore_task_id: message.opscore_task_id, result: 'b is done' })
      },
    })
    const { sessionId, task } = await fleet.started('worker', two)
    expect((await fleet.post(`${at(sessionId)}/pause`, { reason: 'Lunch' })).status).toBe(202)
    expect((await fleet.post(`${at(sessionId)}/pause`)).status).toBe(202)
    await agent.report('idle', { opscore_task_id: task.attempts[0]?.attemptId ?? '' })
    const paused = await fleet.until(async () => {
      const session = await fleet.session(sessionId)
      return session.tasks[1] && session
    })
    expect(paused).toMatchObject({ status: 'paused', tasks: [{ status: 'completed' }, { status: 'pending' }] })
    expect(agent.received).toHaveLength(1)
    expect((await fleet.post(`${at(sessionId)}/resume`)).status).toBe(202)
    expect(await fleet.opsCore.ended(sessionId)).toMatchObject({ status: 'completed', result: 'b is done' })
  })

  it('fails nothing while it is paused: the session fails when it is resumed, and says so', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: hold })
    const timeouts = { startToClose: 2 }
    const { sessionId } = await fleet.started('worker', { ...one, tasks: [{ taskId: 'a', timeouts }] })
    expect((await fleet.post(`${at(sessionId)}/pause`)).status).toBe(202)
    const paused = await fleet.until(async () => {
      const session = await fleet.session(sessionId)
      return session.tasks[0]?.status === 'failed' && session
    })
    expect(paused).toMatchObject({ status: 'paused', error: null, tasks: [{ attempts: [{ status: 'timed_out' }] }] })
    const { causes } = await fleet.opsCore.get<Explanation>(`${at(sessionId)}/explain`)
    expect(causes).toMatchObject([
      { code: 'PAUSED', hint: 'Resume the session: it fails with START_TO_CLOSE_TIMEOUT then' },
    ])
    if (storage === 'sqlite') await fleet.opsCore.restart()
    expect((await fleet.post(`${at(sessionId)}/resume`)).status).toBe(202)
    const { status, error } = await fleet.session(sessionId)
    expect([status, error?.code]).toEqual(['failed', 'START_TO_CLOSE_TIMEOUT'])
    expect(error?.message).toContain('while the session was paused')
  })

  it('retries a failed session from the task that failed, and keeps what was completed', async () => {
    await using fleet = await startFleet(storage)
    let mended = false
    const agent = await fleet.agent('worker', {
      work: async ({ opscore_task_id, payload }, { report }) => {
        const fails = payload.task_name === 'b' && !mended
        await report(fails ? 'error' : 'idle', { opscore_task_id, result: payload.task_name })
        if (fails) await report('idle')
      },
    })
    const { sessionId } = await fleet.opsCore.trigger('worker', two)
    expect(await fleet.opsCore.ended(sessionId)).toMatchObject({ status: 'failed', error: { taskId: 'b' } })
    mended = true
    expect((await fleet.post(`${at(sessionId)}/retry`)).status).toBe(202)
    const session = await fleet.until(async () => {
      const read = await fleet.session(sessionId)
      return read.status === 'completed' && read
    })
    expect(session).toMatchObject({ result: 'b', error: null })
    expect(session.tasks.map((task) => task.attempts.length)).toEqual([1, 2])
    expect(agent.received.map((message) => message.payload.task_name)).toEqual(['a', 'b', 'b'])
  })

  it('refuses what the status does not allow, and what is not there', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker')
    const { sessionId } = await fleet.opsCore.trigger('worker', one)
    expect((await fleet.opsCore.ended(sessionId)).status).toBe('completed')
    for (const action of ['cancel', 'pause', 'resume', 'retry']) {
      const over = await fleet.post(`${at(sessionId)}/${action}`)
      expect([action, over.status, over.body.code]).toEqual([action, 409, 'STATE_CONFLICT'])
      expect(over.body.detail).toMatch(/^The session is completed and cannot be /)
      const absent = await fleet.post(`${at('nowhere')}/${action}`)
      expect([action, absent.status, absent.body.code]).toEqual([action, 404, 'SESSION_NOT_FOUND'])
      const off = await fleet.post(`${at(sessionId)}/${action}`, { reason: 7 })
      expect([action, off.status, off.body.code]).toEqual([action, 422, 'VALIDATION_FAILED'])
    }
  })

  it('takes an empty body of any content type', async () => {
    await using fleet = await startFleet(storage)
    await fleet.agent('worker', { work: hold })
    const { sessionId } = await fleet.started('worker', one)
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': type }
      const answer = await fetch(`${fleet.opsCore.url}${at(sessionId)}/pause`, { method: 'POST', headers })
      expect([type, answer.status]).toEqual([type, 202])
    }
  })
})
