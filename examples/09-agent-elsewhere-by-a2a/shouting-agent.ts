/** An agent as somebody else writes one, with A2A's own SDK: it says in capitals what it is told. */
import { createServer } from 'node:http'
import { A2A_PROTOCOL_VERSION, AgentCard, type Part, Role } from '@a2a-js/sdk'
import {
  AgentEvent,
  type AgentExecutor,
  DefaultRequestHandler,
  InMemoryTaskStore,
  JsonRpcTransportHandler,
  ServerCallContext,
} from '@a2a-js/sdk/server'

const textOf = (parts: readonly Part[]) =>
  parts.flatMap(({ content }) => (content?.$case === 'text' ? content.value : []))

const executor: AgentExecutor = {
  async execute({ userMessage, contextId, taskId }, bus) {
    const value = textOf(userMessage.parts).join(' ').toUpperCase()
    const parts: Part[] = [{ content: { $case: 'text', value }, metadata: undefined, filename: '', mediaType: '' }]
    const rest = { metadata: undefined, extensions: [], referenceTaskIds: [] }
    bus.publish(
      AgentEvent.message({ messageId: `${taskId}.said`, contextId, taskId, role: Role.ROLE_AGENT, parts, ...rest }),
    )
    bus.finished()
  },
  async cancelTask() {},
}

/** Starts it, and gives the URL of its card. */
export async function startShoutingAgent(): Promise<{ cardUrl: string; close(): void }> {
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.method === 'GET') return response.end(JSON.stringify(AgentCard.toJSON(card)))
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const context = new ServerCallContext({ requestedVersion: A2A_PROTOCOL_VERSION })
    const answer = await rpc.handle(Buffer.concat(chunks).toString('utf8'), context)
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  const url = `http://127.0.0.1:${address.port}`
  const card = AgentCard.fromJSON({
    name: `shouter-${process.pid}`,
    description: 'Says in capitals what it is told',
    version: '1.0.0',
    capabilities: {},
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [{ id: 'shout-elsewhere', name: 'Shout', description: 'Says it in capitals', tags: ['text'] }],
    supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: A2A_PROTOCOL_VERSION }],
  })
  const rpc = new JsonRpcTransportHandler(new DefaultRequestHandler(card, new InMemoryTaskStore(), executor))
  return { cardUrl: `${url}/.well-known/agent-card.json`, close: () => server.close() }
}
