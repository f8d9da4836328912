import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createLog, readSettings } from '@opscore/host'
import { OpsCoreClient } from '@opscore/sdk'
import { serverSettings, startOpsCore } from '@opscore/server'
import { onTestFinished } from 'vitest'
import type { ExitCode } from '../src/exit-code.ts'
import { commandInProcess } from './command-in-process.ts'
import { type OpscoreProcess, opscore, type RunOptions, temporaryFolder } from './opscore-process.ts'

export const KEY = 'the-key-of-the-test'

export interface Steered {
  url: string
  client: OpsCoreClient
  /** Registers an agent that takes every message and says nothing. */
  agent(agentId: string, agentName?: string): Promise<void>
  trigger(agentId: string, ...tasks: { taskId: string }[]): Promise<string>
  /** Runs a command in this process. */
  run(args: string[], key?: string): Promise<{ code: ExitCode; stdout: string; stderr: string }>
  /** Starts it as a process of its own. */
  start(args: string[], options?: Omit<RunOptions, 'environment'> & { key?: string }): OpscoreProcess
}

/** A running Ops-Core, and commands that steer it. */
export async function steered(): Promise<Steered> {
  const folder = temporaryFolder()
  // Without a limit it sheds nothing either, however busy the machine is.
  const settings = { port: 0, dataDir: folder, apiKey: KEY, storage: 'memory', rateLimit: null } as const
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
      const keyFile = join(folder, 'key')
      writeFileSync(keyFile, key)
      return commandInProcess([...args, '--opscore-url', server.url, '--api-key-file', keyFile])
    },
  }
}
