import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { CreateKeyRequest, JsonObject, TaskAnswer, WorkflowDefinition } from '@opscore/contract'
import { createLog, readSettings } from '@opscore/host'
import { OpsCoreClient } from '@opscore/sdk'
import { serverSettings, startOpsCore } from '@opscore/server'
import { onTestFinished } from 'vitest'
import { createHttpEndpoint } from '../src/index.ts'

const ROOT_KEY = 'the-root-key-of-the-test'

/** `modern` opens with the newest version of the protocol, `legacy` as clients of 2025 do. */
export type Era = 'modern' | 'legacy'

/** What an agent does with a task; without an outcome it says nothing. */
export type Work = (task: JsonObject) => Outcome | undefined
type Outcome = { status: 'completed'; result: JsonObject } | { status: 'failed'; error: TaskAnswer['error'] }

export interface ServedMcp {
  opscore: OpsCoreClient
  /** Registers an idle agent. */
  agent(agentId: string, capability: string, work?: Work): Promise<void>
  store(definition: WorkflowDefinition): Promise<void>
  /** Makes a key with these scopes alone. */
  key(...scopes: CreateKeyRequest['scopes']): Promise<string>
  /** A client of the MCP SDK, connected with this key. */
  connect(options?: { era?: Era; key?: string }): Promise<Client>
  /** A request of one's own. */
  fetch(init: RequestInit): Promise<Response>
}

/** Ops-Core and an MCP server before it, both real; what is between client and server is HTTP without a socket. */
export async function servedMcp({ patience = 30_000 }: { patience?: number } = {}): Promise<ServedMcp> {
  const settings = { port: 0, dataDir: '/nowhere', apiKey: ROOT_KEY, storage: 'memory', rateLimit: null } as const
  const log = createLog({ level: 'silent', name: 'test' })
  const server = await startOpsCore({ settings: readSettings(serverSettings, {}, settings), log })
  onTestFinished(() => server.close())
  const opscore = new OpsCoreClient({ url: server.url, apiKey: ROOT_KEY })
  const endpoint = createHttpEndpoint({
    connect: (apiKey) => new OpsCoreClient({ url: server.url, apiKey, retry: false }),
    version: '1.2.3',
    patience,
    warn() {},
  })
  onTestFinished(() => endpoint.close())
  const url = new URL('http://127.0.0.1/mcp')
  return {
    opscore,
    async agent(agentId, capability, work = () => undefined) {
      const contactEndpoint = await agentAt(work)
      const metadata = { config: { answers: 'result' } }
      const details = {
        agentId,
        agentName: agentId,
        version: '1',
        capabilities: [capability],
        contactEndpoint,
        metadata,
      }
      await opscore.registerAgent(details)
      await opscore.reportState({ agentId, timestamp: new Date().toISOString(), state: 'idle', details: null })
    },
    async store(definition) {
      await opscore.workflows.put(definition)
    },
    key: async (...scopes) => (await opscore.keys.create({ name: scopes.join('-'), scopes })).key,
    async connect({ era = 'modern', key = ROOT_KEY } = {}) {
      const client = new Client(
        { name: 'test', version: '1' },
        { versionNegotiation: { mode: era === 'modern' ? 'auto' : 'legacy' } },
      )
      const transport = new StreamableHTTPClientTransport(url, {
        requestInit: { headers: { authorization: `Bearer ${key}` } },
        fetch: (input, init) => endpoint.fetch(new Request(input, init)),
      })
      await client.connect(transport)
      onTestFinished(() => client.close())
      return client
    },
    fetch: (init) => endpoint.fetch(new Request(url, init)),
  }
}

/** An agent that answers a task with its result. */
async function agentAt(work: Work): Promise<string> {
  const server = createServer(async (request, response) => {
    const message = await bodyOf(request)
    const outcome = message.messageType === 'workflow_task' ? work(message) : undefined
    response.setHeader('content-type', 'application/json')
    if (outcome === undefined) response.writeHead(202).end('{}')
    else response.end(JSON.stringify({ opscore_task_id: message.opscore_task_id, ...outcome }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function bodyOf(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
