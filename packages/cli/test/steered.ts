import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLog, readSettings } from '@opscore/host'
import { OpsCoreClient } from '@opscore/sdk'
import { serverSettings, startOpsCore } from '@opscore/server'
import { onTestFinished } from 'vitest'
import { type OpscoreProcess, opscore, type RunOptions, temporaryFolder } from './opscore-process.ts'

export const KEY = 'the-key-of-the-test'

export interface Steered {
  url: string
  client: OpsCoreClient
  /** Registers an agent that takes every message and says nothing. */
  agent(agentId: string, agentName?: string): Promise<void>
  trigger(agentId: string, ...tasks: { taskId: string }[]): Promise<string>
  run(args: string[], key?: string): Promise<{ code: unknown; stdout: string; stderr: string }>
  /** The same, while it runs. */
  start(args: string[], options?: Omit<RunOptions, 'environment'> & { key?: string }): OpscoreProcess
}

/** A running Ops-Core, and commands that steer it. */
export async function steered(): Promise<Steered> {
  // Without a limit it sheds nothing either, however busy the machine is.
  const settings = { port: 0, dataDir: temporaryFolder(), apiKey: KEY, storage: 'memory', rateLimit: null } as const
  const server = await startOpsCore({
    settings: readSettings(serverSettings, {}, settings),
    log: createLog({ level: 'silent', name: 'test' }),
  })
  onTestFinished(() => server.close())
  const silent = createServer((request, response) => request.resume().on('end', () => response.end('{}')))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => silent.close(() => resolve()).closeAllConnections()))
  const contactEndpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
  const client = new OpsCoreClient({ url: server.url, apiKey: KEY })
  const start: Steered['start'] = (args, { key = KEY, ...options } = {}) =>
    opscore(args, { ...options, environment: { OPSCORE_API_URL: server.url, OPSCORE_API_KEY: key } })
  return {
    url: server.url,
    client,
    async agent(agentId, agentName = agentId) {
      await client.registerAgent({ agentId, agentName, version: '1', capabilities: ['x', 'y'], contactEndpoint })
      await client.reportState({ agentId, timestamp: new Date().toISOString(), state: 'idle', details: null })
    },
    async trigger(agentId, ...tasks) {
      const workflowDefinition = { id: 'steered', name: 'Steered', tasks, defaults: { retry: { maxAttempts: 1 } } }
      return (await client.trigger(agentId, { workflowDefinition })).sessionId
    },
    start,
    async run(args, key = KEY) {
      const process = start(args, { key })
      const code = await process.exit
      return { code, stdout: process.stdout, stderr: process.stderr }
    },
  }
}
