import { expect, test } from 'vitest'
import { OpsCoreClient } from '../../src/index.ts'
import { startHttpDouble } from '../http-double.ts'

const accepted = () => ({ status: 202, body: { status: 'success', message: 'ok' } })
const busyOnce = () => {
  let calls = 0
  return () => {
    calls += 1
    return calls === 1 ? { status: 503, body: {} } : accepted()
  }
}

test('each action goes to its route with what it says', async () => {
  const double = await startHttpDouble(accepted)
  const { sessions, tasks, agents, workflows, keys } = new OpsCoreClient({ url: double.url })
  await sessions.cancel('s/1', { reason: 'Not wanted' })
  await sessions.pause('s')
  await sessions.resume('s')
  await sessions.retry('s')
  await sessions.explain('s')
  await tasks.complete('t', { result: { x: 1 } })
  await tasks.complete('t', { attemptId: 't.1' })
  await tasks.fail('t', { code: 'E', message: 'It broke' })
  await tasks.heartbeat('t', { attemptId: 't.1', progress: { fraction: 0.5, text: null } })
  await tasks.adopt('t')
  await tasks.explain('t')
  await tasks.get('t')
  await agents.heartbeat('a')
  await agents.waiting('a')
  await workflows.schema()
  await keys.create({ name: 'n', scopes: ['read'] })
  await keys.list({ limit: 1 })
  await keys.get('k')
  await keys.revoke('k/1')
  expect(double.seen.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', '/v1/opscore/session/s%2F1/cancel', { reason: 'Not wanted' }],
    ['POST', '/v1/opscore/session/s/pause', {}],
    ['POST', '/v1/opscore/session/s/resume', {}],
    ['POST', '/v1/opscore/session/s/retry', {}],
    ['GET', '/v1/opscore/session/s/explain', undefined],
    ['POST', '/v1/opscore/task/t/complete', { result: { x: 1 } }],
    ['POST', '/v1/opscore/task/t/complete', { attemptId: 't.1' }],
    ['POST', '/v1/opscore/task/t/fail', { code: 'E', message: 'It broke' }],
    ['POST', '/v1/opscore/task/t/heartbeat', { attemptId: 't.1', progress: { fraction: 0.5, text: null } }],
    ['POST', '/v1/opscore/task/t/adopt', {}],
    ['GET', '/v1/opscore/task/t/explain', undefined],
    ['GET', '/v1/opscore/task/t', undefined],
    ['POST', '/v1/opscore/agent/a/heartbeat', undefined],
    ['GET', '/v1/opscore/agent/a/waiting', undefined],
    ['GET', '/schema/workflow.json', undefined],
    ['POST', '/v1/opscore/key', { name: 'n', scopes: ['read'] }],
    ['GET', '/v1/opscore/key', undefined],
    ['GET', '/v1/opscore/key/k', undefined],
    ['DELETE', '/v1/opscore/key/k%2F1', undefined],
  ])
})

test('what does no harm twice is repeated, what might is not', async () => {
  const double = await startHttpDouble(accepted)
  const { sessions, tasks, agents, keys } = new OpsCoreClient({ url: double.url, retry: { initialInterval: 1 } })
  const repeated = [
    () => sessions.cancel('s'),
    () => sessions.pause('s'),
    () => sessions.resume('s'),
    () => tasks.fail('t', { attemptId: 't.1' }),
    () => tasks.complete('t', { attemptId: 't.1' }),
    () => agents.heartbeat('a'),
  ]
  for (const call of repeated) {
    double.behave(busyOnce())
    await expect(call()).resolves.toEqual(accepted().body)
  }
  const single = [
    () => sessions.retry('s'),
    () => tasks.fail('t'),
    () => tasks.adopt('t', { attemptId: 't.1' }),
    () => keys.create({ name: 'n', scopes: ['read'] }),
  ]
  for (const call of single) {
    double.behave(busyOnce())
    await expect(call()).rejects.toMatchObject({ status: 503 })
  }
})
