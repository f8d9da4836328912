import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { message, request, temporaryFolder } from '../agentkit-fixture.ts'
import { startLocalServer, until } from '../local-server.ts'

const PROCESS = fileURLToPath(new URL('../agentkit-process.ts', import.meta.url))
const ROUNDS = 5

async function startProcess(settings: Record<string, string>): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(PROCESS, {
    env: { PATH: process.env.PATH, AGENTKIT_PORT: '0', LOG_LEVEL: 'error', ...settings },
    execArgv: [],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [url] = await once(child, 'message')
  return { url: String(url), child }
}

/** Sends registrations and messages, eight at a time, until the process is gone; returns what it acknowledged. */
async function sendUntilGone(url: string, contactEndpoint: string, round: number) {
  const registered: string[] = []
  const accepted: string[] = []
  const sendOn = async (sender: number) => {
    for (let count = 0; ; count += 1) {
      const name = `${round}-${sender}-${count}`
      const agent = { agentName: name, version: '1', capabilities: [], contactEndpoint }
      const { body, status } = await request(`${url}/v1/agents/register`, 'POST', agent)
      if (status !== 201) throw new Error(`registering was answered ${status}`)
      registered.push(name)
      const path = `${url}/v1/agents/${body.data.agentId}/run`
      const reply = await request(path, 'POST', message({ opscore_task_id: name }))
      if (reply.status !== 202) throw new Error(`the message was answered ${reply.status}`)
      accepted.push(name)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: 8 }, (_, sender) => sendOn(sender)))
  for (const end of ends) {
    if (end.status === 'rejected' && !(end.reason instanceof TypeError)) throw end.reason
  }
  return { registered, accepted }
}

it(`loses nothing that it acknowledged when it is killed, ${ROUNDS} times`, async () => {
  const dataDir = await temporaryFolder()
  onTestFinished(() => rm(dataDir, { recursive: true }))
  await using agent = await startLocalServer()
  await using opsCore = await startLocalServer()
  // No refusal for want of room: such a task is handed back at once.
  agent.answerWith({ status: 500 })
  opsCore.answerWith({ status: 503 })
  const settings = { AGENTKIT_DATA_DIR: dataDir, OPSCORE_WEBHOOK_URL: opsCore.url }
  const registered: string[] = []
  const accepted: string[] = []

  for (let round = 0; round < ROUNDS; round += 1) {
    const { url, child } = await startProcess(settings)
    const sending = sendUntilGone(url, agent.url, round)
    const enough = agent.received.length + 20 * (round + 1)
    await until('messages were tried', () => agent.received.length > enough)
    child.kill('SIGKILL')
    const acknowledged = await sending
    registered.push(...acknowledged.registered)
    accepted.push(...acknowledged.accepted)
  }

  agent.answerWith({ status: 200 })
  opsCore.answerWith({ status: 200 })
  agent.received.length = 0
  opsCore.received.length = 0
  const { url } = await startProcess(settings)
  const { body } = await request(`${url}/v1/agents`, 'GET')
  const known = new Set(body.data.map(({ agentName }: { agentName: string }) => agentName))
  expect(registered.filter((name) => !known.has(name))).toEqual([])

  const missing = (names: string[], seen: (string | undefined)[]) => names.filter((name) => !new Set(seen).has(name))
  const forwarded = () => agent.received.map((received) => JSON.parse(received.body).opscore_task_id)
  const told = () => opsCore.received.map((received) => JSON.parse(received.body).agent_details?.agentName)
  await until('every message arrived', () => missing(accepted, forwarded()).length === 0)
  await until('Ops-Core knows every agent', () => missing(registered, told()).length === 0)
  expect(accepted.length).toBeGreaterThan(0)
})
