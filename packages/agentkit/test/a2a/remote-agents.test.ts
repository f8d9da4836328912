import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { AgentCard } from '@a2a-js/sdk'
import type { JsonObject, SessionView, WorkflowDefinition } from '@opscore/contract'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startKit, temporaryFolder } from '../agentkit-fixture.ts'
import { type A2aFleet, a2aFleet } from './a2a-fleet.ts'

const echo = ({ payload }: JsonObject) => {
  const { task_name: name, task_parameters: given } = payload as { task_name: string; task_parameters: JsonObject }
  return { status: 'completed', result: { name, given } }
}

const workflow = (capability: string): WorkflowDefinition => ({
  id: 'over-there',
  defaults: { retry: { maxAttempts: 1 } },
  tasks: [{ taskId: 'ask', agentCapability: capability, parameters: { text: 'Hello', words: 3 } }],
})

/** A fleet that has this one's key, and so may use what it offers. */
async function neighbourOf(remote: A2aFleet): Promise<A2aFleet> {
  const a2aKeysFile = join(await temporaryFolder(), 'keys.yaml')
  await writeFile(a2aKeysFile, `${remote.kit.url}: ${remote.rootKey}\n`)
  return a2aFleet({ a2aKeysFile })
}

async function register(fleet: A2aFleet, body: object): Promise<string> {
  const reply = await fleet.kit.call('POST', '/v1/agents/a2a', body)
  expect(reply).toMatchObject({ status: 201 })
  const { agentId } = reply.body.data
  await vi.waitFor(() => fleet.opscore.agents.get(agentId), 30_000)
  return agentId
}

async function outcomeOf(fleet: A2aFleet, agentId: string, definition: WorkflowDefinition): Promise<SessionView> {
  const { sessionId } = await fleet.opscore.trigger(agentId, { workflowDefinition: definition })
  return vi.waitFor(async () => {
    const session = await fleet.opscore.sessions.get(sessionId)
    expect(session.endTime).not.toBeNull()
    return session
  }, 30_000)
}

/** Something that answers every request alike. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((request, response) =>
    request.resume().on('end', () => response.writeHead(status).end(body)),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/card.json`
}

describe('an agent elsewhere', () => {
  test('is registered by the URL of its card, and does tasks of workflows as any other', async () => {
    const remote = await a2aFleet()
    const there = await remote.agent('writer', { capabilities: ['write'], work: echo })
    const fleet = await neighbourOf(remote)
    const cardUrl = `${remote.kit.url}/a2a/agent/${there}/.well-known/agent-card.json`
    const agentId = await register(fleet, { cardUrl })
    expect(await fleet.opscore.agents.get(agentId)).toMatchObject({
      agentName: 'writer',
      version: '2.1',
      capabilities: ['write'],
      contactEndpoint: cardUrl,
    })
    const session = await outcomeOf(fleet, agentId, workflow('write'))
    expect(session).toMatchObject({
      status: 'completed',
      result: { name: 'ask', given: { text: 'Hello', words: 3 } },
      tasks: [{ agentId }],
    })
    expect((await remote.opscore.sessions.list()).items).toHaveLength(1)
  })

  test('may be a marked workflow of another fleet, under a name and capabilities of one’s own', async () => {
    const remote = await a2aFleet()
    await remote.agent('writer', { capabilities: ['write'], work: echo })
    await remote.store({ ...workflow('write'), expose: {}, output: '${{ tasks.ask.result.name }}' })
    const fleet = await neighbourOf(remote)
    const cardUrl = `${remote.kit.url}/a2a/workflow/over-there/.well-known/agent-card.json`
    const agentId = await register(fleet, { cardUrl, agentName: 'their-flow', capabilities: ['greet'] })
    expect(await outcomeOf(fleet, agentId, workflow('greet'))).toMatchObject({ status: 'completed', result: 'ask' })
  })

  test('that fails fails the task, with what it says', async () => {
    const remote = await a2aFleet()
    const work = () => ({ status: 'failed', error: { code: 'NO_LUCK', message: 'Not today' } })
    const there = await remote.agent('unlucky', { capabilities: ['write'], work })
    const fleet = await neighbourOf(remote)
    const cardUrl = `${remote.kit.url}/a2a/agent/${there}/.well-known/agent-card.json`
    const agentId = await register(fleet, { cardUrl })
    const running = fleet.opscore.trigger(agentId, { workflowDefinition: workflow('write') })
    // There the task is tried again; whoever waits is done with it once it is ended for good.
    await vi.waitFor(async () => {
      const [session] = (await remote.opscore.sessions.list()).items
      if (!session) throw new Error('not yet')
      const [task] = session ? (await remote.opscore.sessions.get(session.sessionId)).tasks : []
      await remote.opscore.tasks.fail(task?.taskId ?? '', { code: 'NO_LUCK', message: 'Not today' })
    }, 30_000)
    const { sessionId } = await running
    await vi.waitFor(async () => {
      const { status, tasks } = await fleet.opscore.sessions.get(sessionId)
      expect([status, tasks[0]?.error?.code]).toEqual(['failed', 'A2A_FAILED'])
      expect(tasks[0]?.error?.message).toContain('NO_LUCK')
    }, 30_000)
  })
})

test('what has no card is not registered, and where no agent may be nobody is asked', async () => {
  const fleet = await a2aFleet({ agentNetworks: '' })
  const refusalOf = async (cardUrl: string) => {
    const { status, body } = await fleet.kit.call('POST', '/v1/agents/a2a', { cardUrl })
    return [status, body.error_code]
  }
  expect(await refusalOf(await answering(404, ''))).toEqual([422, 'AGENT_CARD_UNREADABLE'])
  expect(await refusalOf(await answering(200, 'no JSON'))).toEqual([422, 'AGENT_CARD_UNREADABLE'])
  expect(await refusalOf(await answering(200, '{}'))).toEqual([422, 'AGENT_CARD_UNREADABLE'])
  expect(await refusalOf('http://169.254.169.254/card.json')).toEqual([422, 'ENDPOINT_REFUSED'])
  expect((await fleet.kit.call('POST', '/v1/agents/a2a', {})).status).toBe(422)
})

test('the endpoint in a card is held against the networks too', async () => {
  const card = AgentCard.toJSON(
    AgentCard.fromJSON({
      name: 'sly',
      version: '1',
      skills: [{ id: 'write' }],
      supportedInterfaces: [{ url: 'http://169.254.169.254/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    }),
  )
  const fleet = await a2aFleet()
  const agentId = await register(fleet, { cardUrl: await answering(200, JSON.stringify(card)) })
  expect(await outcomeOf(fleet, agentId, workflow('write'))).toMatchObject({ status: 'failed' })
})

test('a key goes to its own origin and nowhere else, and a file that has none is refused', async () => {
  const seen: (string | undefined)[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()))
  const { port } = server.address() as AddressInfo
  const a2aKeysFile = join(await temporaryFolder(), 'keys.json')
  await writeFile(a2aKeysFile, JSON.stringify({ [`http://127.0.0.1:${port}`]: 'theirs' }))
  const fleet = await a2aFleet({ a2aKeysFile })
  for (const host of ['127.0.0.1', 'localhost']) {
    await fleet.kit.call('POST', '/v1/agents/a2a', { cardUrl: `http://${host}:${port}/card.json` })
  }
  expect(seen).toEqual(['Bearer theirs', undefined])
  await writeFile(a2aKeysFile, '["a list"]')
  await expect(startKit({ settings: { a2aKeysFile } })).rejects.toThrow('AGENTKIT_A2A_KEYS_FILE')
})
