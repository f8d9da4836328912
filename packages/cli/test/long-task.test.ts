import { setTimeout } from 'node:timers/promises'
import { agentKitSettings, startAgentKit } from '@opscore/agentkit'
import type { SessionStatus } from '@opscore/contract'
import { createLog, readSettings } from '@opscore/host'
import { OpsCoreClient } from '@opscore/sdk'
import { type AgentOptions, createAgent } from '@opscore/sdk/agent'
import { serverSettings, startOpsCore } from '@opscore/server'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, temporaryFolder } from './opscore-process.ts'

const KEY = 'the-key-of-the-test'
const log = createLog({ level: 'silent', name: 'test' })

/** Ops-Core and AgentKit in this process, for agents of the SDK. */
async function started() {
  const dataDir = temporaryFolder()
  const core = { port: 0, dataDir, apiKey: KEY, storage: 'memory' } as const
  const opsCore = await startOpsCore({ settings: readSettings(serverSettings, {}, core), log })
  onTestFinished(() => opsCore.close())
  const webhookUrl = `${opsCore.url}/v1/opscore/internal/agent/notify`
  const kit = { port: 0, dataDir, webhookUrl }
  const agentKit = await startAgentKit({ settings: readSettings(agentKitSettings, {}, kit), log })
  onTestFinished(() => agentKit.close())
  const client = new OpsCoreClient({ url: opsCore.url, apiKey: KEY })
  return {
    client,
    async agent(options: Pick<AgentOptions, 'name' | 'tasks'> & Partial<AgentOptions>) {
      const urls = { agentKitUrl: agentKit.url, opsCoreUrl: opsCore.url, apiKey: KEY }
      const agent = await createAgent({ capabilities: ['x'], drainTimeout: 0, log, ...urls, ...options })
      onTestFinished(() => agent.close())
      return agent
    },
    async ended(sessionId: string, status: SessionStatus) {
      await eventually(async () => expect((await client.sessions.get(sessionId)).status).toBe(status))
      return client.sessions.get(sessionId)
    },
  }
}

test('a long task outlives its heartbeat time-out for as long as it beats, and its progress is streamed', async () => {
  const { client, agent, ended } = await started()
  const worker = await agent({
    name: 'worker',
    heartbeatInterval: 1_000,
    tasks: {
      long: async (_, { heartbeat }) => {
        const timer = setInterval(() => heartbeat({ fraction: 0.5, text: 'half' }), 50)
        await setTimeout(5_000).finally(() => clearInterval(timer))
        return 'done'
      },
    },
  })
  const filters = { type: ['task.progressed'] as const }
  const seen = Promise.withResolvers<unknown>()
  const open = Promise.withResolvers<void>()
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  void (async () => {
    for await (const event of client.events({ filters, signal: controller.signal, onOpen: open.resolve })) {
      seen.resolve(event)
    }
  })()
  await open.promise
  const task = { taskId: 'long', timeouts: { heartbeat: 3 }, retry: { maxAttempts: 1 } }
  const { sessionId } = await client.trigger(worker.agentId, {
    workflowDefinition: { id: 'long', name: 'Long', tasks: [task] },
  })
  expect(await seen.promise).toMatchObject({
    type: 'task.progressed',
    sessionId,
    data: { fraction: 0.5, text: 'half' },
  })
  const session = await ended(sessionId, 'completed')
  expect(session.tasks[0]).toMatchObject({ attempts: [{ attempt: 1 }], progress: { fraction: 0.5, text: 'half' } })
})

test('a cancelled session aborts the task at its agent', async () => {
  const { client, agent, ended } = await started()
  const aborted = Promise.withResolvers<unknown>()
  const running = Promise.withResolvers<void>()
  const worker = await agent({
    name: 'worker',
    tasks: {
      long: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted.resolve(signal.reason)
            reject(signal.reason)
          })
          running.resolve()
        }),
    },
  })
  const { sessionId } = await client.trigger(worker.agentId, {
    workflowDefinition: { id: 'long', name: 'Long', tasks: [{ taskId: 'long' }] },
  })
  await running.promise
  await client.sessions.cancel(sessionId, { reason: 'Not wanted' })
  expect(await aborted.promise).toMatchObject({ code: 'CANCELLED' })
  await ended(sessionId, 'cancelled')
  await eventually(async () => expect((await client.agents.get(worker.agentId)).places).toEqual([]))
})
