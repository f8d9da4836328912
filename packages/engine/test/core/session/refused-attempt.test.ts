import { expect, it } from 'vitest'
import { play, SESSION_ID, START } from './play.ts'

const task = (taskId: string, rest: object = {}) => ({ taskId, name: taskId, ...rest })
const workflow = (tasks: object[]) => ({ id: 'w', name: 'W', version: '1', tasks }) as never
const A1 = `${SESSION_ID}.1.1`

it('an attempt that is refused for want of room is spent by nothing, waits as old as it was, and may be placed anew', () => {
  const session = play(workflow([task('a', { retry: { maxAttempts: 1 }, timeouts: { scheduleToStart: '1m' } })]))
  const give = (agentId: string, place: number) => {
    const receipt = { chosen: agentId, reason: 'LEAST_LOADED' as const, candidates: [], considered: 2 }
    session.send({ type: 'assigned', sessionId: SESSION_ID, attemptId: A1, agentId, receipt, place })
  }
  const refuse = (agentId: string, place: number) =>
    session.send({ type: 'refused', sessionId: SESSION_ID, attemptId: A1, agentId, place, reason: 'answered 503' })
  give('full', 3)
  session.send({ type: 'dispatched', attemptId: A1, agentId: 'full', place: 3, via: 'agentkit' })
  session.advanceTo(START + 1_000)
  refuse('full', 4)
  expect(session.state.tasks[0]).toMatchObject({
    status: 'pending',
    attempts: [
      { attempt: 1, status: 'scheduled', agentId: null, receipt: null, dispatchedAt: null, scheduledAt: START },
    ],
  })
  expect(session.wakeAt).toBe(START + 60_000)
  const { length } = session.events
  session.effects.length = 0
  give('full', 3)
  refuse('full', 4)
  expect([session.events.length, session.effects]).toEqual([length, []])
  give('other', 1)
  session.send({ type: 'dispatched', attemptId: A1, agentId: 'full', place: 3, via: 'agentkit' })
  session.send({
    type: 'dispatch-failed',
    attemptId: A1,
    agentId: 'full',
    place: 3,
    code: 'DISPATCH_FAILED',
    reason: '',
  })
  refuse('full', 9)
  expect(session.state.tasks[0]?.attempts).toMatchObject([{ agentId: 'other', status: 'scheduled' }])
  expect(session.effects).toMatchObject([{ type: 'dispatch', agentId: 'other', place: 1 }])
  session.report(A1, 'active', 'other')
  refuse('other', 2)
  session.report(A1, { result: 'done' }, 'other')
  expect(session.state.head).toMatchObject({ status: 'completed', result: 'done' })
})
