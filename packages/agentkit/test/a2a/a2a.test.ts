import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentCard, type StreamResponse, type Task, TaskState, verifyAgentCardSignature } from '@a2a-js/sdk'
import type { JsonObject, WorkflowDefinition } from '@opscore/contract'
import { describe, expect, test, vi } from 'vitest'
import { startKit, temporaryFolder } from '../agentkit-fixture.ts'
import { a2aFleet, messageOf } from './a2a-fleet.ts'

/** Gives back what it was told, and under which name. */
const echo = ({ payload }: JsonObject) => {
  const { task_name: name, task_parameters: given } = payload as { task_name: string; task_parameters: JsonObject }
  return { status: 'completed', result: { name, given } }
}

const report: WorkflowDefinition = {
  id: 'weather',
  description: 'Writes a weather report.',
  expose: {},
  output: '${{ tasks.write.result.given.town }}',
  tasks: [{ taskId: 'write', agentCapability: 'write' }],
}

const stateOf = (task: unknown) => (task as Task).status?.state

async function eventsOf(stream: AsyncGenerator<StreamResponse>): Promise<NonNullable<StreamResponse['payload']>[]> {
  const payloads = await Array.fromAsync(stream, ({ payload }) => payload)
  return payloads.filter((payload) => payload !== undefined)
}

describe('an agent of the fleet', () => {
  test('has a card that names its capabilities, and does what a message asks for', async () => {
    const fleet = await a2aFleet()
    const agentId = await fleet.agent('writer', { capabilities: ['write', 'review'], work: echo })
    const path = `/a2a/agent/${agentId}`
    const client = await fleet.client(path)
    const card = await client.getAgentCard()
    expect(card).toMatchObject({ name: 'writer', version: '2.1', capabilities: { streaming: true } })
    expect(card.skills.map(({ id }) => id)).toEqual(['write', 'review'])
    expect(card.supportedInterfaces).toMatchObject([
      { url: `${fleet.kit.url}${path}`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    ])
    const task = (await client.sendMessage(messageOf(['Hello', { words: 3 }, 'world']))) as Task
    expect(stateOf(task)).toBe(TaskState.TASK_STATE_COMPLETED)
    const given = { words: 3, text: 'Hello\nworld' }
    expect(task.artifacts[0]?.parts[0]?.content).toEqual({ $case: 'data', value: { name: 'write', given } })
    expect(await fleet.opscore.sessions.get(task.id)).toMatchObject({ agentId, status: 'completed', input: given })
    expect(await client.getTask({ tenant: '', id: task.id })).toMatchObject({ id: task.id, artifacts: task.artifacts })
  })

  test('is told the name of the task that the message or the agent itself says', async () => {
    const fleet = await a2aFleet()
    const agentId = await fleet.agent('greeter', { capabilities: ['greet'], work: echo, a2a: { task: 'Greet' } })
    const client = await fleet.client(`/a2a/agent/${agentId}`)
    const nameOf = async (metadata?: JsonObject) => {
      const { artifacts } = (await client.sendMessage(messageOf([{ a: 1 }], { metadata }))) as Task
      const content = artifacts[0]?.parts[0]?.content
      return content?.$case === 'data' ? content.value.name : undefined
    }
    expect(await nameOf()).toBe('Greet')
    expect(await nameOf({ task: 'Wave' })).toBe('Wave')
  })

  test('is streamed from its task to its result', async () => {
    const fleet = await a2aFleet()
    const agentId = await fleet.agent('slow', { capabilities: ['write'] })
    const client = await fleet.client(`/a2a/agent/${agentId}`)
    const stream = client.sendMessageStream(messageOf(['Hello']))
    const first = (await stream.next()).value?.payload
    const taskId = first?.$case === 'task' ? first.value.id : ''
    const second = client.resubscribeTask({ tenant: '', id: taskId })
    expect((await second.next()).value?.payload).toMatchObject({ $case: 'task', value: { id: taskId } })
    const [rest, again] = [eventsOf(stream), eventsOf(second)]
    await vi.waitFor(async () => {
      const [task] = (await fleet.opscore.sessions.get(taskId)).tasks
      await fleet.opscore.tasks.complete(task?.taskId ?? '', { result: 'by hand' })
    }, 30_000)
    for (const events of [await rest, await again]) {
      expect(events.slice(-2)).toMatchObject([
        { $case: 'artifactUpdate', value: { taskId, artifact: { parts: [{ content: { value: 'by hand' } }] } } },
        { $case: 'statusUpdate', value: { taskId, status: { state: TaskState.TASK_STATE_COMPLETED } } },
      ])
    }
    await expect(eventsOf(client.resubscribeTask({ tenant: '', id: taskId }))).rejects.toThrow('has ended')
  })

  test('is told of a failure, and of a cancel that comes too late', async () => {
    const fleet = await a2aFleet()
    const work = () => ({ status: 'failed', error: { code: 'NO_LUCK', message: 'Not today' } })
    const agentId = await fleet.agent('unlucky', { capabilities: ['write'], work })
    const client = await fleet.client(`/a2a/agent/${agentId}`)
    const started = (await client.sendMessage(messageOf(['x'], { returnImmediately: true }))) as Task
    const [task] = await vi.waitFor(async () => {
      const { tasks } = await fleet.opscore.sessions.get(started.id)
      if (tasks.length === 0) throw new Error('not yet')
      return tasks
    })
    await fleet.opscore.tasks.fail(task?.taskId ?? '', { code: 'NO_LUCK', message: 'Not today' }).catch(() => {})
    const failed = await vi.waitFor(async () => {
      const seen = await client.getTask({ tenant: '', id: started.id })
      expect(stateOf(seen)).toBe(TaskState.TASK_STATE_FAILED)
      return seen
    }, 30_000)
    expect(failed.status?.message?.parts[0]?.content).toMatchObject({ value: expect.stringContaining('NO_LUCK') })
    await expect(client.cancelTask({ tenant: '', id: started.id, metadata: undefined })).rejects.toThrow(
      'STATE_CONFLICT',
    )
  })
})

test('a task that is sent without waiting is listed, and cancelled', async () => {
  const fleet = await a2aFleet()
  const agentId = await fleet.agent('slow', { capabilities: ['write'] })
  const other = await fleet.agent('other', { capabilities: ['write'] })
  const client = await fleet.client(`/a2a/agent/${agentId}`)
  const send = () => client.sendMessage(messageOf(['x'], { returnImmediately: true })) as Promise<Task>
  const [first, second] = [await send(), await send()]
  const list = { tenant: '', contextId: '', status: 0, pageToken: '', statusTimestampAfter: undefined }
  const page = await client.listTasks({ ...list, pageSize: 1 })
  const rest = await client.listTasks({ ...list, pageSize: 1, pageToken: page.nextPageToken })
  expect([...page.tasks, ...rest.tasks].map(({ id }) => id)).toEqual([second.id, first.id])
  const cancelled = await client.cancelTask({ tenant: '', id: first.id, metadata: undefined })
  expect(cancelled.id).toBe(first.id)
  await vi.waitFor(async () => {
    const { tasks } = await client.listTasks({ ...list, status: TaskState.TASK_STATE_CANCELED })
    expect(tasks.map(({ id }) => id)).toEqual([first.id])
  }, 30_000)
  expect((await client.listTasks({ ...list, contextId: second.contextId })).tasks.map(({ id }) => id)).toEqual([
    second.id,
  ])
  expect((await client.listTasks({ ...list, status: TaskState.TASK_STATE_AUTH_REQUIRED })).tasks).toEqual([])
  // Those of another agent are none of its tasks.
  const foreign = await fleet.client(`/a2a/agent/${other}`)
  expect((await foreign.listTasks(list)).tasks).toEqual([])
  await expect(foreign.getTask({ tenant: '', id: second.id })).rejects.toThrow('Task not found')
})

test('a message that comes twice is one task, and no message belongs to an earlier task', async () => {
  const fleet = await a2aFleet()
  const agentId = await fleet.agent('writer', { capabilities: ['write'], work: echo })
  const client = await fleet.client(`/a2a/agent/${agentId}`)
  const message = messageOf(['once'])
  const [one, two] = [(await client.sendMessage(message)) as Task, (await client.sendMessage(message)) as Task]
  expect(two.id).toBe(one.id)
  await expect(client.sendMessage(messageOf(['more'], { taskId: one.id }))).rejects.toThrow('no further messages')
  await expect(client.sendMessage(messageOf(['more'], { contextId: one.contextId }))).rejects.toThrow('contextId')
})

describe('a workflow', () => {
  test('that is marked has a card, and a message is its input', async () => {
    const fleet = await a2aFleet()
    await fleet.store(report)
    await fleet.agent('writer', { capabilities: ['write'], work: echo })
    const client = await fleet.client('/a2a/workflow/weather')
    expect(await client.getAgentCard()).toMatchObject({ name: 'weather', description: 'Writes a weather report.' })
    const task = (await client.sendMessage(messageOf([{ town: 'Bergen' }]))) as Task
    expect(task.artifacts[0]?.parts[0]?.content).toEqual({ $case: 'text', value: 'Bergen' })
  })

  test('that is not marked has none', async () => {
    const fleet = await a2aFleet()
    await fleet.store({ id: 'inner', tasks: [{ taskId: 'a' }] })
    await expect(fleet.client('/a2a/workflow/inner')).rejects.toThrow('404')
  })
})

test('the card of all has each agent as a skill, the caller’s own with each marked workflow, and a message names one', async () => {
  const fleet = await a2aFleet()
  await fleet.store(report)
  const agentId = await fleet.agent('writer', { capabilities: ['write'], work: echo })
  const client = await fleet.client('')
  const card = AgentCard.fromJSON(await (await fetch(`${fleet.kit.url}/.well-known/agent-card.json`)).json())
  expect(card.skills.map(({ id }) => id)).toEqual([`agent/${agentId}`])
  expect((await client.getAgentCard()).skills.map(({ id }) => id)).toEqual([`agent/${agentId}`, 'workflow/weather'])
  for (const skill of [`agent/${agentId}`, 'workflow/weather']) {
    const task = await client.sendMessage(messageOf([{ town: 'Oslo' }], { metadata: { skill } }))
    expect(stateOf(task)).toBe(TaskState.TASK_STATE_COMPLETED)
  }
  await expect(client.sendMessage(messageOf(['x']))).rejects.toThrow('metadata.skill')
})

test('a key may do by A2A what its scopes allow, and no more', async () => {
  const fleet = await a2aFleet()
  await fleet.store(report)
  const agentId = await fleet.agent('writer', { capabilities: ['write'], work: echo })
  const path = `/a2a/agent/${agentId}`
  const rpc = {
    jsonrpc: '2.0',
    id: 1,
    method: 'SendMessage',
    params: { message: { messageId: '1', role: 'ROLE_USER' } },
  }
  const post = (authorization: Record<string, string>) =>
    fleet.kit.call('POST', path, rpc, { 'a2a-version': '1.0', ...authorization })
  expect((await post({})).status).toBe(401)
  expect((await post({ authorization: 'Bearer unknown' })).status).toBe(401)
  expect((await post({ authorization: `Bearer ${await fleet.key('read')}` })).status).toBe(403)
  expect((await fleet.kit.call('GET', '/a2a/workflow/weather/.well-known/agent-card.json')).status).toBe(401)
  expect((await fleet.opscore.sessions.list()).items).toEqual([])
  const operator = await fleet.client(path, await fleet.key('trigger', 'read'))
  expect(stateOf(await operator.sendMessage(messageOf(['x'])))).toBe(TaskState.TASK_STATE_COMPLETED)
})

test('where every request needs a key, cards need one that may read', async () => {
  const fleet = await a2aFleet({ apiKey: 'of-agentkit', requireKey: true })
  const cardFor = async (path: string, key: string) => {
    const url = `${path}/.well-known/agent-card.json`
    return (await fleet.kit.call('GET', url, undefined, { authorization: `Bearer ${key}` })).status
  }
  const { body } = await fleet.kit.call(
    'POST',
    '/v1/agents/register',
    { agentName: 'hidden', version: '1', capabilities: ['write'], contactEndpoint: 'http://127.0.0.1:1/' },
    { authorization: 'Bearer of-agentkit' },
  )
  const [reader, starter] = [await fleet.key('read'), await fleet.key('trigger')]
  for (const path of ['', `/a2a/agent/${body.data.agentId}`]) {
    expect((await fleet.kit.call('GET', `${path}/.well-known/agent-card.json`)).status).toBe(401)
    expect([await cardFor(path, 'unknown'), await cardFor(path, starter), await cardFor(path, reader)]).toEqual([
      401, 403, 200,
    ])
  }
})

test('another version of A2A, and push, are said to be not supported', async () => {
  const fleet = await a2aFleet()
  const agentId = await fleet.agent('writer', { capabilities: ['write'], work: echo })
  const rpc = { jsonrpc: '2.0', id: 1, method: 'GetTask', params: { id: 'x' } }
  const authorization = `Bearer ${await fleet.key('read')}`
  const answer = await fleet.kit.call('POST', `/a2a/agent/${agentId}`, rpc, { 'a2a-version': '0.2', authorization })
  expect(answer.body.error).toMatchObject({ code: -32_009 })
  const push = { ...rpc, method: 'ListTaskPushNotificationConfigs', params: { taskId: 'x' } }
  const refused = await fleet.kit.call('POST', '/a2a', push, { 'a2a-version': '1.0', authorization })
  expect(refused.body.error).toMatchObject({ code: -32_003 })
})

describe('cards', () => {
  test.each([
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['Ed25519', generateKeyPairSync('ed25519')],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ])('are signed with a key of %s, which whoever checks finds beside them', async (_, { privateKey }) => {
    const a2aKeyFile = join(await temporaryFolder(), 'key.pem')
    await writeFile(a2aKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const fleet = await a2aFleet({ a2aKeyFile, publicUrl: 'https://fleet.example/' })
    const { body } = await fleet.kit.call('GET', '/.well-known/agent-card.json')
    const card = AgentCard.fromJSON(body)
    expect(card.supportedInterfaces[0]?.url).toBe('https://fleet.example/a2a')
    const keys = (await fleet.kit.call('GET', '/.well-known/jwks.json')).body.keys
    const verify = verifyAgentCardSignature(async (kid, jku) => {
      expect(jku).toBe('https://fleet.example/.well-known/jwks.json')
      return keys.find((key: { kid: string }) => key.kid === kid)
    })
    await verify(card)
    await expect(verify({ ...card, name: 'another' })).rejects.toThrow()
    expect(JSON.stringify(keys)).not.toContain('"d"')
  })

  test('are not served where AgentKit knows no Ops-Core, and a key that cannot sign is refused', async () => {
    await using kit = await startKit()
    expect((await kit.call('GET', '/.well-known/agent-card.json')).status).toBe(404)
    const settings = { opsCoreUrl: 'http://127.0.0.1:1', a2aKeyFile: join(await temporaryFolder(), 'none.pem') }
    await expect(startKit({ settings })).rejects.toThrow('AGENTKIT_A2A_KEY_FILE')
  })
})
