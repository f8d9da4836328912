import { expect, test } from 'vitest'
import { type Faults, faultyReports } from '../../src/simulated-agent/faulty-reports.ts'
import { seededRandom } from '../../src/simulated-agent/seeded-random.ts'

const URL_OF_STATE = 'http://127.0.0.1:1/v1/opscore/agent/a1/state'

function faulty(faults: Partial<Faults>) {
  const sent: string[] = []
  const send = faultyReports(
    { silenceRate: 0, doubleRate: 0, delay: { from: 0, to: 0 }, random: seededRandom(1), ...faults },
    async (_, init) => {
      sent.push(String(init.body))
      return new Response('{}', { status: 202 })
    },
  )
  const report = (state: string, taskId?: string) =>
    send(URL_OF_STATE, {
      method: 'POST',
      body: JSON.stringify({ state, details: taskId === undefined ? null : { opscore_task_id: taskId } }),
    })
  return { sent, send, report }
}

test('a silent agent reports nothing of a task, and believes it did; its own state still arrives', async () => {
  const { sent, report } = faulty({ silenceRate: 1 })
  expect((await report('active', 't1')).status).toBe(202)
  await report('idle', 't1')
  await report('idle')
  expect(sent).toEqual([JSON.stringify({ state: 'idle', details: null })])
})

test('silence is about whole tasks', async () => {
  const { sent, report } = faulty({ silenceRate: 0.5 })
  for (let task = 0; task < 200; task += 1) {
    await report('active', `t${task}`)
    await report('idle', `t${task}`)
  }
  const perTask = new Map<string, number>()
  for (const body of sent) {
    const taskId = JSON.parse(body).details.opscore_task_id
    perTask.set(taskId, (perTask.get(taskId) ?? 0) + 1)
  }
  expect([...new Set(perTask.values())]).toEqual([2])
  expect(perTask.size).toBeGreaterThan(60)
  expect(perTask.size).toBeLessThan(140)
})

test('a doubling agent makes each report twice', async () => {
  const { sent, report } = faulty({ doubleRate: 1 })
  await report('idle')
  expect(sent).toHaveLength(2)
})

test('a report that is held back is let go by its signal', async () => {
  const { send } = faulty({ delay: { from: 60_000, to: 60_000 } })
  const abort = new AbortController()
  const sending = send(URL_OF_STATE, { method: 'POST', body: '{"state":"idle","details":null}', signal: abort.signal })
  abort.abort()
  await expect(sending).rejects.toThrow('aborted')
})

test('other requests go through as they are', async () => {
  const { sent, send } = faulty({ silenceRate: 1, doubleRate: 1 })
  await send('http://127.0.0.1:1/v1/agents/register', { method: 'POST', body: 'x' })
  expect(sent).toEqual(['x'])
})

test('the same seed makes the same chances', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed))
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})
