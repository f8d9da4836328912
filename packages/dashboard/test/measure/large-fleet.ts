/** Fills an Ops-Core with much to show. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { OpsCoreClient } from '@opscore/sdk'

export async function registerMany(client: OpsCoreClient, count: number): Promise<void> {
  await many(count, (index) =>
    client.registerAgent({
      ...{ agentId: `agent-${index}`, agentName: `agent-${index}`, version: '1', capabilities: [`c${index % 20}`] },
      contactEndpoint: 'http://127.0.0.1:9/',
    }),
  )
}

/** Sessions that wait for an agent that there is not, a tenth of them of the workflow `small`. */
export async function startMany(client: OpsCoreClient, count: number, agents: number): Promise<void> {
  for (const id of ['small', 'other']) {
    await client.workflows.put({ id, tasks: [{ taskId: 'a', agentCapability: 'nobody' }], routing: 'strict' })
  }
  await many(count, (index) =>
    client.trigger(`agent-${index % agents}`, { workflowDefinitionId: index % 10 === 0 ? 'small' : 'other' }),
  )
}

/** A session of so many tasks, each of which an agent fails so often before it is done: some ten events an attempt. */
export async function runLongSession(client: OpsCoreClient, tasks: number, attempts: number): Promise<string> {
  const made = new Map<string, number>()
  const agent = createServer(async (request, response) => {
    const { opscore_task_id: id }: { opscore_task_id: string } = JSON.parse(await text(request))
    const task = id.slice(0, id.lastIndexOf('.'))
    const attempt = (made.get(task) ?? 0) + 1
    made.set(task, attempt)
    const outcome =
      attempt < attempts
        ? { status: 'failed', error: { code: 'NOT_YET', message: `Attempt ${attempt} found the ledger closed` } }
        : { status: 'completed', result: { task, attempt } }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ opscore_task_id: id, ...outcome }))
  }).listen(0, '127.0.0.1')
  await once(agent, 'listening')
  try {
    await client.registerAgent({
      ...{ agentId: 'patient', agentName: 'patient', version: '1', capabilities: ['long'] },
      contactEndpoint: `http://127.0.0.1:${(agent.address() as AddressInfo).port}/`,
      metadata: { config: { answers: 'result', maxConcurrency: 64 } },
    })
    await client.reportState({ agentId: 'patient', timestamp: new Date().toISOString(), state: 'idle', details: null })
    const retry = { maxAttempts: attempts, initialInterval: 0, maximumInterval: 0 }
    await client.workflows.put({
      id: 'long',
      defaults: { retry },
      tasks: chains(tasks).map((task) => ({ ...task, agentCapability: 'long' })),
    })
    const { sessionId } = await client.trigger('patient', { workflowDefinitionId: 'long' })
    for await (const { type } of client.events({ filters: { sessionId } }))
      if (type === 'session.completed' || type === 'session.failed') break
    return sessionId
  } finally {
    agent.closeAllConnections()
    agent.close()
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
