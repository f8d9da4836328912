import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog, readSettings } from '@opscore/host'
import { type ServerSettings, serverSettings, startOpsCore } from '../../src/index.ts'
import { type Answer, type CallOptions, callApi, KEY } from './api-under-test.ts'

export interface StartedOpsCore extends AsyncDisposable {
  url: string
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** Registers an agent, by the webhook and the key. */
  register(agentId: string, details?: object): Promise<Answer>
}

/** The whole of Ops-Core on a real port: its API, its engine and a store. */
export async function startedOpsCore(settings: Partial<ServerSettings>): Promise<StartedOpsCore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-http-'))
  const server = await startOpsCore({
    settings: readSettings(serverSettings, {}, { port: 0, dataDir, apiKey: KEY, ...settings }),
    log: createLog({ level: 'silent', name: 'test' }),
  })
  const call = (method: string, path: string, options?: CallOptions) => callApi(server.url, KEY, method, path, options)
  return {
    url: server.url,
    call,
    register: (agentId, details = {}) =>
      call('POST', '/v1/opscore/internal/agent/notify', {
        json: { event_type: 'REGISTER', agent_details: { ...anAgent(agentId), ...details } },
      }),
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export function anAgent(agentId: string) {
  return {
    agentId,
    agentName: `agent ${agentId}`,
    version: '1.0',
    capabilities: ['test'],
    contactEndpoint: 'http://127.0.0.1:9',
    metadata: {},
  }
}
