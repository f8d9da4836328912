/** The topology of docker-compose.yml as processes: real Redis, real nginx, real `kill -9`. */
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { WorkflowDefinition } from '@opscore/contract'
import { OpsCoreClient } from '@opscore/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runSample } from '../../topology/run-sample.ts'
import { startTopology, type Topology } from '../../topology/start-topology.ts'

let topology: Topology
let client: OpsCoreClient
const deadline = () => AbortSignal.timeout(60_000)

beforeAll(async () => {
  topology = await startTopology({ signal: deadline() })
  client = new OpsCoreClient({ url: topology.url, apiKey: topology.apiKey })
})
afterAll(() => topology[Symbol.asyncDispose]())

/** Through the load balancer, tried once. */
const ask = (path: string, init: RequestInit = {}) =>
  fetch(topology.url + path, {
    ...init,
    headers: { authorization: `Bearer ${topology.apiKey}`, 'content-type': 'application/json', ...init.headers },
  })

const definitionOf = (id: string, bytes: number): WorkflowDefinition => ({
  id,
  name: id,
  description: 'd'.repeat(bytes),
  tasks: [{ taskId: 'one', name: 'One' }],
})

it('a session runs to its end through the load balancer, and its events come live', async () => {
  const session = await runSample(client, 'agent-1', deadline())
  expect(session.tasks.map((task) => task.status)).toEqual(['completed', 'completed'])
  expect(new Set(session.tasks.map((task) => task.agentId)).size).toBe(2)
})

it('workers answer for their health alone', async () => {
  for (const worker of topology.workers) {
    expect((await fetch(`${worker}/health`)).status).toBe(200)
    expect((await fetch(`${worker}/ready`)).status).toBe(200)
    expect((await fetch(`${worker}/v1/opscore/agent`)).status).toBe(404)
  }
})

it('the largest definition passes, and what is larger is a problem of the shape that Ops-Core gives', async () => {
  const path = '/v1/opscore/agent/nobody/workflow'
  const body = (bytes: number) => JSON.stringify({ workflowDefinition: definitionOf('large', bytes) })
  const fits = await ask(path, { method: 'POST', body: body(1_572_000) })
  expect(fits.status).not.toBe(413)
  const tooLarge = await ask(path, { method: 'POST', body: body(1_600_000) })
  expect(tooLarge.status).toBe(413)
  expect(tooLarge.headers.get('content-type')).toContain('application/problem+json')
  expect(await tooLarge.json()).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' })
})

it('metrics are each process’ own, so there are none through the load balancer', async () => {
  const answer = await ask('/metrics')
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({
    status: 404,
    body: { code: 'NOT_FOUND' },
  })
  for (const each of [...topology.apis, ...topology.workers]) {
    const own = await fetch(`${each}/metrics`, { headers: { authorization: `Bearer ${topology.apiKey}` } })
    expect(await own.text()).toContain('opscore_event_loop_delay_seconds')
  }
})

it('an unsigned registration is refused: what the proxy hands on never counts as from this machine', async () => {
  const answer = await fetch(`${topology.url}/v1/opscore/internal/agent/notify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event_type: 'REGISTER', agent_details: { agentId: 'stranger' } }),
  })
  expect(answer.status).toBe(401)
})

it('connections to the load balancer are kept', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const reused: boolean[] = []
  for (let round = 0; round < 3; round += 1) {
    const asked = request(`${topology.url}/health`, { agent }).end()
    const [answer] = await once(asked, 'response')
    await text(answer)
    reused.push(asked.reusedSocket)
  }
  agent.destroy()
  expect(reused).toEqual([false, true, true])
})

it('one api process is killed: no request that may be repeated fails, and sessions run on', async () => {
  const victim = topology.processes.get('api-1')
  const statuses = new Set<number>()
  let killed = false
  const asking = Array.from({ length: 8 }, async () => {
    for (let after = 0; after < 20; after += killed ? 1 : 0) statuses.add((await ask('/v1/opscore/agent')).status)
  })
  victim?.kill()
  await victim?.ended
  killed = true
  await Promise.all(asking)
  expect([...statuses]).toEqual([200])
  expect((await runSample(client, 'agent-1', deadline())).status).toBe('completed')
})

it('one worker is killed as well: sessions run on', async () => {
  const victim = topology.processes.get('worker-2')
  victim?.kill()
  await victim?.ended
  expect((await runSample(client, 'agent-2', deadline())).status).toBe('completed')
})

it('no api process is left: the load balancer says so as a problem that clients try again', async () => {
  const victim = topology.processes.get('api-2')
  victim?.kill()
  await victim?.ended
  const answer = await ask('/v1/opscore/agent')
  expect(answer.status).toBe(502)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await answer.json()).toMatchObject({ status: 502, code: 'BAD_GATEWAY' })
})
