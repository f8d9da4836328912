/** What Ops-Core refuses is not sent, and where it refuses something all the same, the attempt ends. */
import { AgentStateReport, HeartbeatTaskRequest, type Json } from '@opscore/contract'
import { Check } from 'typebox/value'
import { expect, test } from 'vitest'
import { TaskError, type TaskHandler, type TaskProgress } from '../../src/agent/create-agent.ts'
import type { SeenRequest } from '../http-double.ts'
import { eventually, gate, sendTask, surroundings } from './agent-surroundings.ts'

const HALF = '\ud83d'
const own = (code: string, status = 422) => ({ status, body: { code, detail: 'Not like that.' } })

function isStorable(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, item]) => key.isWellFormed() && isStorable(item))
}

/** As Ops-Core does it: the schema, and no half of a surrogate pair anywhere. */
function refuseUnstorable({ path, body }: SeenRequest) {
  const schema = path.endsWith('/heartbeat') ? HeartbeatTaskRequest : AgentStateReport
  return Check(schema, body) && isStorable(body) ? undefined : own('VALIDATION_FAILED')
}

/** The body of the heartbeat that comes of this; the task that made it ends well. */
async function beatOf(progress: TaskProgress) {
  const around = await surroundings()
  const { handler, open } = gate()
  around.onBeat(refuseUnstorable)
  const agent = await around.start({
    tasks: {
      work: (task, context) => {
        context.heartbeat(progress)
        return handler(task, context)
      },
    },
  })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.beats).toHaveLength(1))
  open('t1', 'done')
  await eventually(() => expect(around.reports.at(-1).details).toEqual({ opscore_task_id: 't1', result: 'done' }))
  return around.beats[0]?.body
}

async function outcomeOf(work: TaskHandler) {
  const around = await surroundings()
  around.onReport(refuseUnstorable)
  const agent = await around.start({ tasks: { work } })
  await sendTask(agent, 't1')
  const end = () => around.reports.find(({ state, details }) => state !== 'active' && details?.opscore_task_id === 't1')
  await eventually(() => expect(end()).toBeDefined())
  expect((await sendTask(agent, 't2', { name: 'none' })).status).toBe(202)
  const { state, details } = end()
  return { state, ...details }
}

test.each([
  [`${'x'.repeat(4095)}😀`, `${'x'.repeat(4095)}😀`],
  [`${'x'.repeat(4096)}😀`, 'x'.repeat(4096)],
  [`half ${HALF}`, 'half \ufffd'],
])('a message that is long or torn arrives, cut between characters', async (thrown, message) => {
  const outcome = await outcomeOf(() => {
    throw new TaskError(`E${HALF}`, thrown)
  })
  expect(outcome).toMatchObject({ state: 'error', errorCode: 'E\ufffd', message })
})

test('a result with half surrogates in its depths arrives with the sign for them', async () => {
  const torn = { [`k${HALF}`]: [`a${HALF}`, { deep: `\ude00 and \\ud83d, ${HALF}\ude00` }] }
  expect(await outcomeOf(() => torn)).toMatchObject({
    state: 'idle',
    result: { 'k\ufffd': ['a\ufffd', { deep: '\ufffd and \\ud83d, 😀' }] },
  })
})

const circular: { self?: object } = {}
circular.self = circular

test.each<[string, () => unknown, string]>([
  ['a BigInt', () => ({ id: 10n }), 'BigInt'],
  ['a circle', () => circular, 'circular'],
  [
    'a toJSON that throws',
    () => ({
      toJSON() {
        throw new TaskError('E', 'not today')
      },
    }),
    'not today',
  ],
  [
    'a toJSON that throws null',
    () => ({
      toJSON() {
        throw null
      },
    }),
    'null was thrown',
  ],
])('a result that is no JSON, such as %s, fails the attempt and says why', async (_, work, why) => {
  expect(await outcomeOf(work)).toMatchObject({
    state: 'error',
    errorCode: 'RESULT_NOT_JSON',
    message: expect.stringContaining(why),
  })
})

test.each([
  [{ fraction: 1.0000001 }, { fraction: 1, text: null }],
  [
    { fraction: -0.1, text: `half ${HALF}` },
    { fraction: 0, text: 'half \ufffd' },
  ],
  [
    { fraction: Number.NaN, text: '😀'.repeat(1_025) },
    { fraction: null, text: '😀'.repeat(1_024) },
  ],
  [{ fraction: Number.POSITIVE_INFINITY }, { fraction: 1, text: null }],
])('progress is brought into its bounds: %j', async (progress, sent) => {
  expect(await beatOf(progress)).toEqual({ attemptId: 't1', progress: sent })
})

test('progress that cannot be read is no failure, and the heartbeat goes out without it', async () => {
  const angry = new Proxy(
    {},
    {
      get() {
        throw new Error('no')
      },
    },
  )
  expect(await beatOf(angry)).toEqual({ attemptId: 't1' })
})

test.each([own('FORBIDDEN_KEY'), own('BAD_REQUEST', 400), own('PAYLOAD_TOO_LARGE', 413), own('STATE_CONFLICT', 409)])(
  'a result that Ops-Core refuses with $status $body.code ends the attempt, and the agent is ready again',
  async (refusal) => {
    const around = await surroundings()
    around.onReport(({ body }) => (body.details?.result ? refusal : undefined))
    const agent = await around.start({ tasks: { work: () => 'result' } })
    await sendTask(agent, 't1')
    await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'error:t1', 'idle']))
    expect(around.reports.at(-2).details).toEqual({
      opscore_task_id: 't1',
      errorCode: 'RESULT_REFUSED',
      message: 'Not like that.',
    })
    expect((await sendTask(agent, 't1')).body).toMatchObject({ status: 'duplicate' })
    await eventually(() => expect(around.accepted.slice(5)).toEqual(['error:t1', 'idle']))
  },
)

test('a failure that is refused keeps its code and says that it was refused', async () => {
  const around = await surroundings()
  around.onReport(({ body }) => (body.details?.message === 'odd' ? own('FORBIDDEN_KEY') : undefined))
  const agent = await around.start({
    tasks: {
      work() {
        throw new TaskError('CARD_DECLINED', 'odd')
      },
    },
  })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'error:t1', 'idle']))
  expect(around.reports.at(-2).details).toMatchObject({
    errorCode: 'CARD_DECLINED',
    message: 'Ops-Core refused what the task failed with: Not like that.',
  })
})

test('where even that is refused, the agent goes on', async () => {
  const around = await surroundings()
  around.onReport(({ body }) => (body.details?.opscore_task_id === 't1' ? own('FORBIDDEN_KEY') : undefined))
  const agent = await around.start({ tasks: { work: () => 1 } })
  await sendTask(agent, 't1')
  await eventually(async () => expect((await sendTask(agent, 't2')).status).toBe(202))
  await eventually(() => expect(around.accepted.slice(-2)).toEqual(['active:t2', 'idle:t2']))
})

test.each([400, 403, 405, 409, 422])('a %i of something before Ops-Core is waited out', async (status) => {
  const around = await surroundings()
  let left = 3
  around.onReport(({ body }) => (body.details && left-- > 0 ? { status, body: '<html>' } : undefined))
  const agent = await around.start({ tasks: { work: () => 'kept' } })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'idle:t1']))
  expect(around.reports.at(-1).details.result).toBe('kept')
})

test('a result that is too large for something before Ops-Core ends the attempt', async () => {
  const around = await surroundings()
  around.onReport(({ body }) => (body.details?.result ? { status: 413, body: '<html>' } : undefined))
  const agent = await around.start({ tasks: { work: () => 'large' } })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'error:t1', 'idle']))
})
