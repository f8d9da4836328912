/**
 * Agents that live in the test, so that they survive every kill of Ops-Core: each an HTTP server of its own. They fail,
 * double, delay, reorder and withhold reports as their script says, and repeat each report until it is acknowledged, as
 * the SDK does.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { JsonObject } from '@opscore/contract'
import type { AcknowledgedReport } from '../../../engine/test/sim/log-invariants.ts'
import { type Dice, diceOf } from '../../../engine/test/sim/virtual-world.ts'
import type { ApiClient } from './api-client.ts'
import { actOf, resultOf } from './scripted-work.ts'

export interface FleetAgent {
  /** Known once it has joined. */
  agentId: string
  name: string
  capabilities: string[]
  room: number
  endpoint: string
  /** The most attempts that it was at work on at once. */
  most: number
  reportIdle(): Promise<void>
}

export interface AgentFleet extends AsyncDisposable {
  agents: FleetAgent[]
  acknowledged: AcknowledgedReport[]
  /** Reports that were answered by something else than 202. */
  refused: string[]
  /** No report is on its way any more. */
  settled(): Promise<void>
}

interface Task {
  attemptId: string
  attempt: number
  key: string
  taskId: string
  deadline: number
}

const KINDS = [['x'], ['y'], ['x', 'y'], ['x'], ['y'], []]

export async function startFleet(options: { seed: number; size: number; api: ApiClient }): Promise<AgentFleet> {
  const { seed, size, api } = options
  const acknowledged: AcknowledgedReport[] = []
  const refused: string[] = []
  const underWay = new Set<Promise<void>>()
  const servers: Server[] = []

  function track(work: Promise<void>): void {
    const tracked = work.finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  async function report(agent: FleetAgent, state: string, details: JsonObject | null): Promise<void> {
    const { agentId } = agent
    const body = { agentId, timestamp: new Date().toISOString(), state, details }
    const answer = await api.insist('POST', `/v1/opscore/agent/${agentId}/state`, body)
    if (answer.status === 202) acknowledged.push({ agentId, state, details })
    else refused.push(`${agentId} ${state}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }

  async function startAgent(n: number): Promise<FleetAgent> {
    const seen = new Set<string>()
    const atWork = new Map<string, Task>()
    const agent: FleetAgent = {
      agentId: '',
      name: `fleet-${n}`,
      capabilities: KINDS[n % KINDS.length] ?? [],
      room: 1 + (n % 3),
      endpoint: '',
      most: 0,
      reportIdle: () => report(agent, 'idle', null),
    }

    /**
     * At work until it first says that it has ended, or its time is up: then Ops-Core counts it as over. So it does where
     * the message comes after that, from a process that was frozen before it sent it.
     */
    function begin(task: Task): () => void {
      atWork.set(task.attemptId, task)
      for (const { deadline, attemptId } of atWork.values()) if (deadline <= Date.now()) atWork.delete(attemptId)
      agent.most = Math.max(agent.most, atWork.size)
      return () => atWork.delete(task.attemptId)
    }

    async function work(task: Task): Promise<void> {
      const dice = diceOf(seed, task.attemptId)
      const act = actOf(seed, task.key, task.taskId, task.attempt)
      const ended = begin(task)
      const named = { opscore_task_id: task.attemptId }
      const active = () => report(agent, 'active', named)
      if (act === 'is silent') return dice.chance(0.5) ? active() : undefined
      const overtaking = dice.chance(0.2)
      const beginning = overtaking ? pause(dice.between(50, 300)).then(active) : active()
      await pause(dice.between(0, 120))
      if (act === 'is late') await pause(Math.max(0, task.deadline - Date.now()) + dice.between(100, 800))
      if (!overtaking) await beginning
      ended()
      await Promise.all([beginning, conclude(agent, task, act, dice)])
    }

    async function conclude(of: FleetAgent, task: Task, act: string, dice: Dice): Promise<void> {
      const named = { opscore_task_id: task.attemptId }
      const failing = act === 'fails' || act === 'fails for good'
      const details = failing
        ? { ...named, errorCode: act === 'fails' ? 'SCRIPTED' : 'FATAL', message: 'as scripted' }
        : { ...named, result: resultOf(task.key, task.taskId) }
      const state = failing ? 'error' : dice.pick(['idle', 'finished'])
      const copies = dice.chance(0.3) ? dice.between(2, 3) : 1
      await Promise.all(Array.from({ length: copies }, () => report(of, state, details)))
      if (failing) await report(of, 'idle', null)
    }

    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const message = JSON.parse(Buffer.concat(chunks).toString())
      const { task_parameters: parameters, attempt, deadline } = message.payload
      const attemptId = String(message.opscore_task_id)
      if (!seen.has(attemptId)) {
        seen.add(attemptId)
        track(
          work({ attemptId, attempt, key: parameters.key, taskId: parameters.taskId, deadline: Date.parse(deadline) }),
        )
      }
      // Reports may overtake the agent's own answer.
      await pause(diceOf(seed, attemptId).between(0, 60))
      response.writeHead(202, { 'content-type': 'application/json' }).end('{}')
    })
    server.on('clientError', (_, socket) => socket.destroy())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    servers.push(server)
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('The agent has no port')
    agent.endpoint = `http://127.0.0.1:${address.port}/`
    return agent
  }

  const agents = await Promise.all(Array.from({ length: size }, (_, n) => startAgent(n)))
  return {
    agents,
    acknowledged,
    refused,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}
