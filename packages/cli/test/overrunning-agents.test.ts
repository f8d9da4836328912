/** Agents of the SDK whose handlers outlive `startToClose`, with Ops-Core and AgentKit around them. */
import { setTimeout } from 'node:timers/promises'
import { agentKitSettings, startAgentKit } from '@opscore/agentkit'
import { createLog, freePort, readSettings } from '@opscore/host'
import { OpsCoreClient } from '@opscore/sdk'
import { type Agent, createAgent, type TaskHandler } from '@opscore/sdk/agent'
import { serverSettings, startOpsCore } from '@opscore/server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, temporaryFolder } from './opscore-process.ts'

const KEY = 'the-key-of-the-test'
const log = createLog({ level: 'silent', name: 'test' })

async function started(way: 'straight' | 'by way of AgentKit') {
  const dataDir = temporaryFolder()
  const kitPort = await freePort()
  const agentKitUrl = way === 'straight' ? {} : { agentKitUrl: `http://127.0.0.1:${kitPort}` }
  const core = { port: 0, dataDir, apiKey: KEY, storage: 'sqlite', ...agentKitUrl } as const
  const opsCore = await startOpsCore({ settings: readSettings(serverSettings, {}, core), log })
  onTestFinished(() => opsCore.close())
  const kit = { port: kitPort, dataDir, webhookUrl: `${opsCore.url}/v1/opscore/internal/agent/notify` }
  const agentKit = await startAgentKit({ settings: readSettings(agentKitSettings, {}, kit), log })
  onTestFinished(() => agentKit.close())
  const client = new OpsCoreClient({ url: opsCore.url, apiKey: KEY })

  async function agent(name: string, handler: TaskHandler): Promise<Agent> {
    const urls = { agentKitUrl: agentKit.url, opsCoreUrl: opsCore.url, apiKey: KEY }
    const own = { name, capabilities: ['x'], tasks: { '*': handler }, maxConcurrency: 1, drainTimeout: 0 }
    const running = await createAgent({ ...own, log, ...urls })
    onTestFinished(() => running.close())
    return running
  }

  /** So many sessions with the policy that tasks have by themselves, each of one task that is to end within three seconds. */
  async function sessions(count: number, agentId: string) {
    const task = { taskId: 'a', agentCapability: 'x', timeouts: { startToClose: 3 } }
    const workflowDefinition = { id: 'overrun', name: 'Overrun', tasks: [task] }
    const triggered = Array.from({ length: count }, () => client.trigger(agentId, { workflowDefinition }))
    return Promise.all(
      (await Promise.all(triggered)).map(async ({ sessionId }) => {
        await eventually(async () => expect((await client.sessions.get(sessionId)).endTime).not.toBeNull())
        return client.sessions.get(sessionId)
      }),
    )
  }

  return { agent, sessions }
}

describe.each(['straight', 'by way of AgentKit'] as const)('messages that go %s', (way) => {
  test('an agent that outlives a time-out once keeps nobody from being done: the others wait, and lose no attempt', async () => {
    const { agent, sessions } = await started(way)
    let begun = 0
    const worker = await agent('slow-once', async () => {
      begun += 1
      if (begun === 1) await setTimeout(8_000)
      return 'done'
    })
    const ended = await sessions(5, worker.agentId)
    expect(ended.map(({ status, error }) => [status, error])).toEqual(Array(5).fill(['completed', null]))
    const attempts = ended.map(({ tasks }) => tasks[0]?.attempts.map(({ status }) => status).join(' '))
    expect(attempts.sort()).toEqual([...Array(4).fill('completed'), 'timed_out completed'])
  })

  test('an agent that hangs beside a healthy one fails no session', async () => {
    const { agent, sessions } = await started(way)
    const hung = await agent('hung', () => new Promise(() => {}))
    const healthy = await agent('healthy', async () => 'done')
    const ended = await sessions(10, hung.agentId)
    expect(ended.map(({ status, error }) => [status, error])).toEqual(Array(10).fill(['completed', null]))
    expect(new Set(ended.map(({ tasks }) => tasks[0]?.agentId))).toEqual(new Set([healthy.agentId]))
    const lost = ended.flatMap(({ tasks }) => tasks[0]?.attempts.slice(0, -1) ?? [])
    expect(lost).toMatchObject([{ agentId: hung.agentId, status: 'timed_out' }])
  })
})
