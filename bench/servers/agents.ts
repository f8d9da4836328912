/**
 * A fleet in one process, each agent with a port of its own. An agent answers a task at once: it reports `active`, and
 * when that is accepted `idle` with a result. Agents register with AgentKit where `AGENTKIT_API_URL` is set, else with
 * Ops-Core itself, and then report `idle` until Ops-Core knows them. `RESULT` is how many characters a result has. With
 * `ANSWERS` they declare that they answer with the result, and do so instead of reporting.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { wait } from '@opscore/contract/time'
import { Pool } from 'undici'
import { detailsOf } from '../harness/work/fleet.ts'
import { serve } from './serve.ts'

const { OPSCORE_API_URL, OPSCORE_API_KEY, AGENTKIT_API_URL, AGENTS = '64', RESULT = '0', ANSWERS } = process.env
if (OPSCORE_API_URL === undefined) throw new Error('OPSCORE_API_URL must say where Ops-Core is')
/** How long Ops-Core may take to hear of an agent from AgentKit, in milliseconds. */
const KNOWN_WITHIN = 30_000

const opsCore = new Pool(OPSCORE_API_URL, { connections: 64 })
const agentKit = AGENTKIT_API_URL === undefined ? undefined : new Pool(AGENTKIT_API_URL, { connections: 8 })
const result = RESULT === '0' ? { done: true } : { text: 'x'.repeat(Number(RESULT)) }
const headers = { authorization: `Bearer ${OPSCORE_API_KEY}`, 'content-type': 'application/json' }

const listening = await Promise.all(Array.from({ length: Number(AGENTS) }, (_, index) => startAgent(index)))
const [first] = listening
serve({
  url: first?.url ?? '',
  async close() {
    for (const { server } of listening) server.close().closeAllConnections()
    await Promise.all([opsCore.close(), agentKit?.close()])
  },
})

async function startAgent(index: number) {
  let agentId = ''
  const server = createServer((request, response) => {
    if (ANSWERS !== undefined) return void answer(request, response)
    response.writeHead(202, { 'content-type': 'application/json' })
    void carryOut(agentId, request, () => response.end('{"status":"accepted"}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/`
  agentId = await register(index, url)
  await reportUntilKnown(agentId)
  return { server, url }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const message = await json(request)
  const taskId =
    typeof message === 'object' && message !== null && 'opscore_task_id' in message && message.opscore_task_id
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ opscore_task_id: taskId, status: 'completed', result }))
}

async function carryOut(agentId: string, request: IncomingMessage, accept: () => void): Promise<void> {
  const message = await json(request)
  accept()
  if (typeof message !== 'object' || message === null || !('opscore_task_id' in message)) return
  const { opscore_task_id } = message
  await report(agentId, 'active', { opscore_task_id })
  await report(agentId, 'idle', { opscore_task_id, result })
}

async function register(index: number, contactEndpoint: string): Promise<string> {
  const declared = ANSWERS === undefined ? {} : { metadata: { config: { answers: 'result' } } }
  const details = detailsOf(index, { contactEndpoint, ...declared })
  if (agentKit === undefined) {
    const body = { event_type: 'REGISTER', agent_details: details }
    await post(opsCore, '/v1/opscore/internal/agent/notify', body)
    return details.agentId
  }
  const { text } = await post(agentKit, '/v1/agents/register', details)
  return JSON.parse(text).data.agentId
}

async function reportUntilKnown(agentId: string): Promise<void> {
  const deadline = Date.now() + KNOWN_WITHIN
  while ((await tryReport(agentId, 'idle', {})) === 404) {
    if (Date.now() > deadline) throw new Error(`Ops-Core has not heard of ${agentId}`)
    await wait(20)
  }
}

async function report(agentId: string, state: string, details: object): Promise<void> {
  const status = await tryReport(agentId, state, details)
  if (status !== 202) throw new Error(`The report of ${agentId} was answered ${status}`)
}

async function tryReport(agentId: string, state: string, details: object): Promise<number> {
  const body = { agentId, timestamp: new Date().toISOString(), state, details }
  return (await post(opsCore, `/v1/opscore/agent/${agentId}/state`, body)).status
}

async function post(pool: Pool, path: string, body: object): Promise<{ status: number; text: string }> {
  const answer = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) })
  return { status: answer.statusCode, text: await answer.body.text() }
}
