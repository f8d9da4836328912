import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Task, TaskState } from '@a2a-js/sdk'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type A2aFleet, a2aFleet, messageOf } from './a2a-fleet.ts'

interface Pushed {
  token: string | undefined
  authorization: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: updates have every shape
  body: any
}

/** Something that is told of updates. The first `refusals` it does not take. */
async function receiver({ refusals = 0 } = {}): Promise<{ url: string; pushed: Pushed[]; states(): string[] }> {
  const pushed: Pushed[] = []
  let left = refusals
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    left -= 1
    if (left >= 0) return response.writeHead(503).end()
    const { authorization, 'x-a2a-notification-token': token } = request.headers
    pushed.push({ token: token?.toString(), authorization, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/updates`,
    pushed,
    states: () => pushed.flatMap(({ body }) => body.task?.status.state ?? body.statusUpdate?.status.state ?? []),
  }
}

const configOf = (taskId: string, url: string, rest: object = {}) => ({
  ...{ tenant: '', id: '', taskId, url, token: '', authentication: undefined },
  ...rest,
})

/** A fleet whose AgentKit has a key to follow sessions with, a slow agent, and what it is by A2A. */
async function pushingFleet() {
  const fleet = await a2aFleet({ opsCoreKey: 'the-root-key-of-the-test' })
  const agentId = await fleet.agent('slow', { capabilities: ['write'] })
  const client = await fleet.client(`/a2a/agent/${agentId}`)
  const start = async () => (await client.sendMessage(messageOf(['x'], { returnImmediately: true }))) as Task
  return { fleet, client, start }
}

async function complete(fleet: A2aFleet, sessionId: string): Promise<void> {
  const task = await vi.waitFor(async () => {
    const [first] = (await fleet.opscore.sessions.get(sessionId)).tasks
    if (!first) throw new Error('not yet')
    return first
  }, 30_000)
  await fleet.opscore.tasks.complete(task.taskId, { result: 'done' })
}

test('updates of a task are pushed to where its message says, with the credentials that it gave', async () => {
  const { fleet, client } = await pushingFleet()
  expect((await client.getAgentCard()).capabilities?.pushNotifications).toBe(true)
  const { url, pushed } = await receiver()
  const request = messageOf(['x'], { returnImmediately: true })
  const authentication = { scheme: 'Bearer', credentials: 'theirs' }
  if (request.configuration) {
    request.configuration.taskPushNotificationConfig = configOf('', url, { token: 'mine', authentication })
  }
  const task = (await client.sendMessage(request)) as Task
  await vi.waitFor(() => expect(pushed).not.toEqual([]), 30_000)
  await complete(fleet, task.id)
  await vi.waitFor(() => expect(pushed.at(-1)?.body.statusUpdate?.status.state).toBe('TASK_STATE_COMPLETED'), 30_000)
  expect(pushed[0]).toMatchObject({ token: 'mine', authorization: 'Bearer theirs', body: { task: { id: task.id } } })
  expect(pushed.at(-2)?.body.artifactUpdate.artifact.parts).toMatchObject([{ text: 'done' }])
  await vi.waitFor(async () => {
    const { configs } = await client.listTaskPushNotificationConfig({
      ...{ tenant: '', taskId: task.id, pageSize: 0, pageToken: '' },
    })
    expect(configs).toEqual([])
  }, 30_000)
})

test('an update that is not taken is pushed again', async () => {
  const { fleet, client, start } = await pushingFleet()
  const { id } = await start()
  const { url, states } = await receiver({ refusals: 2 })
  await client.createTaskPushNotificationConfig(configOf(id, url))
  await complete(fleet, id)
  await vi.waitFor(() => expect(states().at(-1)).toBe('TASK_STATE_COMPLETED'), 30_000)
})

test('what was asked for outlives AgentKit', async () => {
  const { fleet, client, start } = await pushingFleet()
  const { id } = await start()
  const { url, pushed, states } = await receiver()
  await client.createTaskPushNotificationConfig(configOf(id, url))
  await vi.waitFor(() => expect(pushed).toHaveLength(1), 30_000)
  await fleet.restart()
  await vi.waitFor(() => expect(pushed.length).toBeGreaterThan(1), 30_000)
  await complete(fleet, id)
  await vi.waitFor(() => expect(states().at(-1)).toBe('TASK_STATE_COMPLETED'), 30_000)
})

test('configurations are read, listed and removed, by those alone who may see the task', async () => {
  const { fleet, client, start } = await pushingFleet()
  const [{ id }, other] = [await start(), await start()]
  const { url, states } = await receiver()
  const created = await client.createTaskPushNotificationConfig(configOf(id, url))
  expect(created.id).not.toBe('')
  const named = { tenant: '', taskId: id, id: created.id }
  expect(await client.getTaskPushNotificationConfig(named)).toMatchObject({ url })
  const list = { tenant: '', taskId: id, pageSize: 0, pageToken: '' }
  expect((await client.listTaskPushNotificationConfig(list)).configs).toHaveLength(1)
  const stranger = await fleet.client(`/a2a/agent/${await fleet.agent('else', { capabilities: ['x'] })}`)
  await expect(stranger.createTaskPushNotificationConfig(configOf(id, url))).rejects.toThrow('Task not found')
  await client.deleteTaskPushNotificationConfig(named)
  await expect(client.getTaskPushNotificationConfig(named)).rejects.toThrow('push configuration')
  await complete(fleet, id)
  await client.createTaskPushNotificationConfig(configOf(other.id, url))
  await complete(fleet, other.id)
  await vi.waitFor(() => expect(states().at(-1)).toBe('TASK_STATE_COMPLETED'), 30_000)
  expect(states().filter((state) => state === 'TASK_STATE_COMPLETED')).toHaveLength(1)
})

test('nothing is pushed to where nobody may be, and the task is not started', async () => {
  const { fleet, client, start } = await pushingFleet()
  const { id } = await start()
  const url = 'http://169.254.169.254/latest'
  await expect(client.createTaskPushNotificationConfig(configOf(id, url))).rejects.toThrow('url:')
  const request = messageOf(['x'])
  if (request.configuration) request.configuration.taskPushNotificationConfig = configOf('', url)
  await expect(client.sendMessage(request)).rejects.toThrow('url:')
  expect((await fleet.opscore.sessions.list()).items).toHaveLength(1)
  expect((await client.getTask({ tenant: '', id })).status?.state).not.toBe(TaskState.TASK_STATE_FAILED)
})
