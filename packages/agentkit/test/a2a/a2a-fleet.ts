import { rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Message, Role, type SendMessageRequest } from '@a2a-js/sdk'
import {
  type Client,
  ClientFactory,
  ClientFactoryOptions,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
} from '@a2a-js/sdk/client'
import type { CreateKeyRequest, JsonObject, WorkflowDefinition } from '@opscore/contract'
import { createLog, freePort, readSettings } from '@opscore/host'
import { OpsCoreClient } from '@opscore/sdk'
import { serverSettings, startOpsCore } from '@opscore/server'
import { onTestFinished, vi } from 'vitest'
import type { AgentKitSettings } from '../../src/index.ts'
import { startKit, type TestKit, temporaryFolder } from '../agentkit-fixture.ts'

const ROOT_KEY = 'the-root-key-of-the-test'
const SECRET = 'the-secret-of-the-webhook'

/** What an agent does with a task; without an outcome it says nothing. */
export type Work = (task: JsonObject) => object | undefined

export interface A2aFleet {
  opscore: OpsCoreClient
  kit: TestKit
  /** Stops AgentKit and starts it anew over the same data. */
  restart(): Promise<void>
  /** Registers an idle agent with AgentKit, and gives its id. */
  agent(name: string, options: { capabilities: string[]; work?: Work; a2a?: JsonObject }): Promise<string>
  store(definition: WorkflowDefinition): Promise<void>
  key(...scopes: CreateKeyRequest['scopes']): Promise<string>
  /** The key that may do everything. */
  rootKey: string
  /** A2A's own client, for whoever the card below this path is of. */
  client(path: string, key?: string): Promise<Client>
}

/** Ops-Core, an AgentKit before it that serves A2A, and agents: all real. */
export async function a2aFleet(settings: Partial<AgentKitSettings> = {}): Promise<A2aFleet> {
  const port = await freePort()
  const agentKitUrl = `http://127.0.0.1:${port}`
  const own = { port: 0, dataDir: '/nowhere', apiKey: ROOT_KEY, storage: 'memory', rateLimit: null } as const
  const log = createLog({ level: 'silent', name: 'test' })
  const server = await startOpsCore({
    settings: readSettings(serverSettings, {}, { ...own, agentKitUrl, webhookSecrets: [SECRET] }),
    log,
  })
  onTestFinished(() => server.close())
  const webhookUrl = `${server.url}/v1/opscore/internal/agent/notify`
  const dataDir = await temporaryFolder()
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const kitSettings = { dataDir, port, opsCoreUrl: server.url, webhookUrl, webhookSecret: SECRET, ...settings }
  const kit = await startKit({ settings: kitSettings })
  onTestFinished(() => kit[Symbol.asyncDispose]())
  const opscore = new OpsCoreClient({ url: server.url, apiKey: ROOT_KEY })
  return {
    opscore,
    kit,
    rootKey: ROOT_KEY,
    async restart() {
      await kit.close()
      const again = await startKit({ settings: kitSettings })
      onTestFinished(() => again.close())
    },
    async agent(agentName, { capabilities, work = () => undefined, a2a = {} }) {
      const contactEndpoint = await agentAt(work)
      const metadata = { config: { answers: 'result' }, a2a }
      const agent = { agentName, version: '2.1', capabilities, contactEndpoint, metadata }
      const { body } = await kit.call('POST', '/v1/agents/register', agent)
      const { agentId } = body.data
      await vi.waitFor(() => opscore.agents.get(agentId), 30_000)
      await opscore.reportState({ agentId, timestamp: new Date().toISOString(), state: 'idle', details: null })
      return agentId
    },
    async store(definition) {
      await opscore.workflows.put(definition)
    },
    key: async (...scopes) => (await opscore.keys.create({ name: scopes.join('-'), scopes })).key,
    async client(path, key = ROOT_KEY) {
      const fetchImpl: typeof fetch = (input, init) => {
        const headers = new Headers(init?.headers)
        headers.set('authorization', `Bearer ${key}`)
        return fetch(input, { ...init, headers })
      }
      const options = {
        ...ClientFactoryOptions.default,
        transports: [new JsonRpcTransportFactory({ fetchImpl })],
        cardResolver: new DefaultAgentCardResolver({ fetchImpl }),
      }
      return new ClientFactory(options).createFromUrl(`${kit.url}${path}/`)
    },
  }
}

export function messageOf(
  parts: (string | JsonObject)[],
  { metadata, returnImmediately = false, ...rest }: Partial<Message> & { returnImmediately?: boolean } = {},
): SendMessageRequest {
  const message: Message = {
    messageId: crypto.randomUUID(),
    contextId: '',
    taskId: '',
    role: Role.ROLE_USER,
    parts: parts.map((part) => ({
      content: typeof part === 'string' ? { $case: 'text', value: part } : { $case: 'data', value: part },
      metadata: undefined,
      filename: '',
      mediaType: '',
    })),
    metadata,
    extensions: [],
    referenceTaskIds: [],
    ...rest,
  }
  const configuration = { acceptedOutputModes: [], taskPushNotificationConfig: undefined, returnImmediately }
  return { tenant: '', message, configuration, metadata: undefined }
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
