/** Fills an Ops-Core with much to show. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import type { OpsCoreClient } from '@opscore/sdk'

export async function registerMany(client: OpsCoreClient, count: number): Promise<void> {
  await many(count, (index) =>
    client.registerAgent({
      ...{ agentId: `agent-${index}`, agentName: `agent-${index}`, version: '1', capabilities: [`c${index % 20}`] },
      contactEndpoint: 'http://127.0.0.1:9/',
    }),
  )
}

/** Sessions that an agent completes at once, a tenth of them of the workflow `small`, each started with one of so many agents. */
export async function startMany(client: OpsCoreClient, count: number, agents: number): Promise<void> {
  await using agent = await startAnswering(client, 'quick', ({ task }) => ({ status: 'completed', result: { task } }))
  for (const id of ['small', 'other']) {
    await client.workflows.put({ id, tasks: [{ taskId: 'a', agentCapability: agent.capability }] })
  }
  await many(count, (index) =>
    client.trigger(`agent-${index % agents}`, { workflowDefinitionId: index % 10 === 0 ? 'small' : 'other' }),
  )
  while (((await client.fleet.overview()).sessions.byStatus.running ?? 0) > 0) await wait(1_000)
}

/** A session of so many tasks, each of which an agent fails so often before it is done: some four events an attempt. */
export async function runLongSession(client: OpsCoreClient, tasks: number, attempts: number): Promise<string> {
  await using agent = await startAnswering(client, 'patient', ({ task, attempt }) =>
    attempt < attempts
      ? { status: 'failed', error: { code: 'NOT_YET', message: `Attempt ${attempt} found the ledger closed` } }
      : { status: 'completed', result: { task, attempt } },
  )
  await client.workflows.put({
    id: 'long',
    defaults: { retry: { maxAttempts: attempts, initialInterval: 0, maximumInterval: 0 } },
    tasks: chains(tasks).map((task) => ({ ...task, agentCapability: agent.capability })),
  })
  const { sessionId } = await client.trigger(agent.capability, { workflowDefinitionId: 'long' })
  for await (const { type } of client.events({ filters: { sessionId } })) {
    if (type === 'session.completed' || type === 'session.failed') break
  }
  return sessionId
}

type Answer = (message: { task: string; attempt: number }) => object

/** An agent that answers each message with its outcome; it is called what it can do. */
async function startAnswering(client: OpsCoreClient, name: string, answer: Answer) {
  const server = createServer(async (request, response) => {
    const { opscore_task_id: id }: { opscore_task_id: string } = JSON.parse(await text(request))
    const dot = id.lastIndexOf('.')
    const outcome = answer({ task: id.slice(0, dot), attempt: Number(id.slice(dot + 1)) })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ opscore_task_id: id, ...outcome }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await client.registerAgent({
    ...{ agentId: name, agentName: name, version: '1', capabilities: [name] },
    contactEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    metadata: { config: { answers: 'result', maxConcurrency: 64 } },
  })
  await client.reportState({ agentId: name, timestamp: new Date().toISOString(), state: 'idle', details: null })
  return {
    capability: name,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A task, and behind it chains of ten, so that nothing of it folds. */
export function chains(count: number) {
  const tasks = Array.from({ length: count - 1 }, (_, index) => ({
    taskId: `t${index}`,
    agentCapability: 'nobody',
    ...(index % 10 === 9 || index === count - 2 ? {} : { nextTaskId: `t${index + 1}` }),
  }))
  const heads = tasks.filter((_, index) => index % 10 === 0).map(({ taskId }) => ({ to: taskId }))
  return [{ taskId: 'start', agentCapability: 'nobody', next: heads }, ...tasks]
}

async function many(count: number, make: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += 200) {
    await Promise.all(Array.from({ length: Math.min(200, count - from) }, (_, index) => make(from + index)))
  }
}
