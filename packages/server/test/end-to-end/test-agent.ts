/** A real agent for tests: an HTTP server that reports what a script says, as existing agents do. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { JsonObject } from '@opscore/contract'

export interface TaskMessage {
  messageType: string
  payload: { task_name: string; task_parameters: JsonObject; attempt: number; deadline: string }
  opscore_session_id: string
  opscore_task_id: string
}

export interface Reporter {
  report(state: string, details?: JsonObject | null): Promise<number>
}

export interface TestAgent {
  agentId: string
  endpoint: string
  /** Every message that arrived, in order. */
  received: TaskMessage[]
  report: Reporter['report']
  register(details?: { capabilities?: string[]; metadata?: JsonObject | null }): Promise<void>
  close(): Promise<void>
}

/** `work` is called for each message; without it the agent reports active, then idle with a result. */
export async function startTestAgent(options: {
  agentId: string
  opsCore: string
  apiKey: string
  port?: number
  status?: (message: TaskMessage) => number
  work?: (message: TaskMessage, reporter: Reporter) => Promise<void>
}): Promise<TestAgent> {
  const { agentId, opsCore, apiKey, work = answerAtOnce } = options
  const received: TaskMessage[] = []
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` }

  const report: Reporter['report'] = async (state, details = null) => {
    const body = JSON.stringify({ agentId, timestamp: new Date().toISOString(), state, details })
    const answer = await fetch(`${opsCore}/v1/opscore/agent/${agentId}/state`, { method: 'POST', headers, body })
    await answer.arrayBuffer()
    return answer.status
  }

  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const message = JSON.parse(Buffer.concat(chunks).toString()) as TaskMessage
    const status = options.status?.(message) ?? 200
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    received.push(message)
    if (status < 300) await work(message, { report }).catch(() => {})
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const endpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`

  return {
    agentId,
    endpoint,
    received,
    report,
    async register({ capabilities = [], metadata = null } = {}) {
      const agent_details = {
        agentId,
        agentName: agentId,
        version: '1.0',
        capabilities,
        contactEndpoint: endpoint,
        metadata,
      }
      const body = JSON.stringify({ event_type: 'REGISTER', agent_details })
      const answer = await fetch(`${opsCore}/v1/opscore/internal/agent/notify`, { method: 'POST', headers, body })
      if (answer.status !== 200) throw new Error(`Registering answered ${answer.status}: ${await answer.text()}`)
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function answerAtOnce({ opscore_task_id, payload }: TaskMessage, { report }: Reporter): Promise<void> {
  await report('active', { opscore_task_id })
  await report('idle', { opscore_task_id, result: { did: payload.task_name } })
}
