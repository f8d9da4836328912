/** A real Ops-Core in this process, on a free port, with the few calls that tests make. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject, SessionView, TriggerResponse } from '@opscore/contract'
import { createLog, readSettings } from '@opscore/host'
import { type OpsCore, serverSettings, startOpsCore } from '../../src/index.ts'

export const API_KEY = 'test-key'

export interface RunningOpsCore extends AsyncDisposable {
  url: string
  dataDir: string
  get<T>(path: string): Promise<T>
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: JsonObject }>
  trigger(agentId: string, definition: JsonObject | string, initialPayload?: JsonObject): Promise<TriggerResponse>
  /** Waits until the session has ended. */
  ended(sessionId: string): Promise<SessionView>
  /** Stops and starts again over the same data. */
  restart(): Promise<void>
}

export async function startTestOpsCore(
  storage: 'memory' | 'sqlite',
  env: Record<string, string> = {},
): Promise<RunningOpsCore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-test-'))
  const settings = readSettings(serverSettings, {
    OPSCORE_PORT: '0',
    OPSCORE_DATA_DIR: dataDir,
    OPSCORE_STORAGE_TYPE: storage,
    OPSCORE_API_KEY: API_KEY,
    OPSCORE_RATE_LIMIT: 'off',
    LOG_LEVEL: 'error',
    ...env,
  })
  const start = () => startOpsCore({ settings, log: createLog({ level: settings.logLevel, name: 'opscore-test' }) })
  let server: OpsCore = await start()
  const auth = { authorization: `Bearer ${API_KEY}` }

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const init =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { ...auth, 'content-type': 'application/json', ...headers } }
    const answer = await fetch(server.url + path, { method, headers: { ...auth, ...headers }, ...init })
    const text = await answer.text()
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as JsonObject }
  }

  return {
    get url() {
      return server.url
    },
    dataDir,
    call,
    async get<T>(path: string) {
      const { status, body } = await call('GET', path)
      if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`)
      return body as T
    },
    async trigger(agentId, definition, initialPayload) {
      const workflow =
        typeof definition === 'string' ? { workflowDefinitionId: definition } : { workflowDefinition: definition }
      const { status, body } = await call('POST', `/v1/opscore/agent/${agentId}/workflow`, {
        ...workflow,
        initialPayload,
      })
      if (status !== 202) throw new Error(`The trigger answered ${status}: ${JSON.stringify(body)}`)
      return body as TriggerResponse
    },
    async ended(sessionId) {
      const deadline = Date.now() + 20_000
      for (;;) {
        const { status, body } = await call('GET', `/v1/opscore/session/${sessionId}`)
        if (status === 200 && ['completed', 'failed', 'cancelled'].includes(String(body.status)))
          return body as SessionView
        if (Date.now() > deadline) throw new Error(`The session does not end: ${JSON.stringify(body)}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    async restart() {
      await server.close()
      server = await start()
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
