import { expect, test } from 'vitest'
import { createRegistration } from '../../src/agent/registration.ts'
import { AgentKitClient } from '../../src/index.ts'
import { startHttpDouble } from '../http-double.ts'
import { eventually, silent } from './agent-surroundings.ts'

test('an agent that AgentKit has forgotten registers again by itself', async () => {
  let registrations = 0
  const agentKit = await startHttpDouble((request) => {
    if (request.method === 'GET') return { status: registrations < 2 ? 404 : 200, body: { data: {} } }
    registrations += 1
    return { status: 201, body: { status: 'success', message: '', data: { agentId: `id-${registrations}` } } }
  })
  const life = new AbortController()
  const registration = createRegistration({
    agentKit: new AgentKitClient({ url: agentKit.url, retry: false }),
    details: { agentName: 'a', capabilities: [], version: '1', contactEndpoint: 'http://127.0.0.1:1' },
    log: silent,
    signal: life.signal,
    watchInterval: 5,
  })
  expect(await registration.register()).toBe('id-1')
  const watching = registration.watch()
  await eventually(() => expect(registration.agentId).toBe('id-2'))
  life.abort()
  await watching
})
