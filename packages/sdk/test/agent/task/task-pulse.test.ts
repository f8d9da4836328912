import { expect, test } from 'vitest'
import { TaskAborted } from '../../../src/agent/create-agent.ts'
import { eventually, gate, sendTask, surroundings } from '../agent-surroundings.ts'

const of = (beats: { body: { progress?: unknown } }[]) => beats.map((beat) => beat.body.progress)

test('a handler’s heartbeats reach Ops-Core by the attempt, the newest progress for those in between', async () => {
  const around = await surroundings()
  const { handler, open } = gate()
  const agent = await around.start({
    tasks: {
      work: (task, context) => {
        context.heartbeat({ fraction: 0 })
        for (let n = 1; n <= 500; n += 1) context.heartbeat({ fraction: n / 500, text: 'x'.repeat(2_000) })
        context.heartbeat()
        return handler(task, context)
      },
    },
  })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.beats).toHaveLength(2))
  expect(around.beats[0]?.path).toBe('/v1/opscore/task/t1/heartbeat')
  expect(around.beats[0]?.body).toEqual({ attemptId: 't1', progress: { fraction: 0, text: null } })
  expect(around.beats[1]?.body.progress).toEqual({ fraction: 1, text: 'x'.repeat(1_024) })
  open('t1', 'done')
  await eventually(() => expect(around.accepted).toContain('idle:t1'))
})

test('a heartbeat that fails does not fail the task, and the next one is sent', async () => {
  const around = await surroundings()
  const { handler, open } = gate()
  const answers = ['reset', { status: 503 }, { status: 422 }] as const
  around.onBeat(() => answers[around.beats.length - 1])
  const agent = await around.start({
    tasks: {
      work: async (task, context) => {
        const timer = setInterval(() => context.heartbeat({ fraction: around.beats.length / 10 }), 5)
        try {
          return await handler(task, context)
        } finally {
          clearInterval(timer)
        }
      },
    },
  })
  await sendTask(agent, 't1')
  await eventually(() => expect(of(around.beats).length).toBeGreaterThanOrEqual(4))
  open('t1', 'done')
  await eventually(() => expect(around.reports.at(-1).details).toEqual({ opscore_task_id: 't1', result: 'done' }))
})

test('a task whose attempt is over is aborted', async () => {
  const around = await surroundings()
  const { handler } = gate()
  let reason: unknown
  around.onBeat(() => ({ status: 409, body: { code: 'STATE_CONFLICT' } }))
  const agent = await around.start({
    tasks: {
      work: (task, context) => {
        context.signal.addEventListener('abort', () => {
          reason = context.signal.reason
        })
        context.heartbeat()
        return handler(task, context)
      },
    },
  })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted.slice(-2)).toEqual(['error:t1', 'idle']))
  expect(reason).toBeInstanceOf(TaskAborted)
  expect(reason).toMatchObject({ code: 'ATTEMPT_OVER' })
})
