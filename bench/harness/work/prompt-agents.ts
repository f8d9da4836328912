import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { type ApiCalls, agentIdOf, detailsOf, registerAgents } from './fleet.ts'

/** Agents in this process, which sees both ends of what it measures by one clock. */
export interface PromptAgents extends AsyncDisposable {
  /** From each report that ended a task to the arrival of the session's next one, in milliseconds; forgets them. */
  takeDelays(): number[]
}

/**
 * Registers `count` agents with a capability each of its own, `step_0` and so on. One that is sent a task reports `active`,
 * and when that is accepted `idle`; the next task of the session is then on its way to whoever can do it.
 */
export async function startPromptAgents(api: ApiCalls, count: number): Promise<PromptAgents> {
  let delays: number[] = []
  /** By session: when the report that ended its last task was sent. */
  const reported = new Map<string, number>()

  async function carryOut(agentId: string, message: unknown, arrived: number): Promise<void> {
    const { opscore_task_id, opscore_session_id } = taskOf(message)
    const before = reported.get(opscore_session_id)
    if (before !== undefined) delays.push(arrived - before)
    await report(agentId, 'active', { opscore_task_id })
    reported.set(opscore_session_id, performance.now())
    await report(agentId, 'idle', { opscore_task_id })
  }

  async function report(agentId: string, state: string, details: object): Promise<void> {
    const body = { agentId, timestamp: new Date().toISOString(), state, details }
    await api.post(`/v1/opscore/agent/${agentId}/state`, body, 202)
  }

  async function listen(index: number): Promise<{ server: Server; url: string }> {
    const server = createServer((request, response) => {
      const arrived = performance.now()
      response.writeHead(202, { 'content-type': 'application/json' })
      void json(request).then((message) => {
        response.end('{"status":"accepted"}')
        return carryOut(agentIdOf(index), message, arrived)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('An agent does not listen')
    return { server, url: `http://127.0.0.1:${address.port}/` }
  }

  const listening = await Promise.all(Array.from({ length: count }, (_, index) => listen(index)))
  const details = (index: number) =>
    detailsOf(index, { contactEndpoint: listening[index]?.url ?? '', capabilities: [`step_${index}`] })
  await registerAgents(api, { to: count, details })
  for (let index = 0; index < count; index += 1) await report(agentIdOf(index), 'idle', {})
  return {
    takeDelays() {
      const taken = delays
      delays = []
      return taken
    },
    async [Symbol.asyncDispose]() {
      for (const { server } of listening) server.close().closeAllConnections()
    },
  }
}

function taskOf(message: unknown): { opscore_task_id: string; opscore_session_id: string } {
  if (typeof message !== 'object' || message === null) throw new Error('An agent was sent no task')
  if (!('opscore_task_id' in message) || !('opscore_session_id' in message))
    throw new Error('An agent was sent no task')
  return { opscore_task_id: String(message.opscore_task_id), opscore_session_id: String(message.opscore_session_id) }
}
