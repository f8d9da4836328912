import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog, readSettings } from '@opscore/host'
import { type AgentKitSettings, agentKitSettings, type StartOptions, startAgentKit } from '../src/index.ts'

export interface Reply {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads answers of every shape
  body: any
}

export interface TestKit {
  url: string
  logged: Record<string, unknown>[]
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  register(agent: { agentName: string; contactEndpoint: string; metadata?: object }): Promise<string>
  /** Stops it; its data stays for the next `startKit` with the same `dataDir`. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface KitOptions extends Partial<Omit<StartOptions, 'settings' | 'log'>> {
  settings?: Partial<AgentKitSettings>
}

/** A real AgentKit on a free port, over a folder that is removed with it unless the test names its own. */
export async function startKit({ settings = {}, ...options }: KitOptions = {}): Promise<TestKit> {
  const dataDir = settings.dataDir ?? (await temporaryFolder())
  const logged: Record<string, unknown>[] = []
  const log = createLog({
    name: 'agentkit',
    level: 'debug',
    destination: { write: (line) => void logged.push(JSON.parse(line)) },
  })
  const kit = await startAgentKit({
    settings: readSettings(agentKitSettings, {}, { port: 0, ...settings, dataDir }),
    log,
    ...options,
  })
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    request(`${kit.url}${path}`, method, body, headers)
  return {
    url: kit.url,
    logged,
    call,
    async register(agent) {
      const reply = await call('POST', '/v1/agents/register', { version: '1.0', capabilities: ['test'], ...agent })
      if (reply.status !== 201) throw new Error(`registering was answered ${reply.status}`)
      return reply.body.data.agentId
    },
    close: () => kit.close(),
    async [Symbol.asyncDispose]() {
      await kit.close()
      if (settings.dataDir === undefined) await rm(dataDir, { recursive: true })
    },
  }
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'agentkit-'))
}

export async function request(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: text }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

export function message(fields: Record<string, unknown> = {}) {
  return {
    senderId: 'opscore_system_id',
    messageType: 'workflow_task',
    payload: { task_name: 'First Step', task_parameters: { value: 123 }, attempt: 1 },
    ...fields,
  }
}
