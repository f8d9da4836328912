/** What cannot be sent as it is: the caller's mistake, told at once, with no secret in it. */
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { AgentKitClient, OpsCoreClient } from '../../src/index.ts'
import { startHttpDouble } from '../http-double.ts'

const state = { agentId: 'a', timestamp: '2026-01-02T03:04:05Z', state: 'idle' }

async function started() {
  const double = await startHttpDouble(() => ({ body: {} }))
  return { double, client: new OpsCoreClient({ url: double.url, apiKey: 'k' }) }
}

async function mistakeOf(call: () => Promise<unknown>): Promise<TypeError> {
  const error = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TypeError) return error
  throw new Error(`expected a TypeError, got ${inspect(error)}`)
}

const circle: { self?: object } = {}
circle.self = circle
const angry = {
  toJSON() {
    throw null
  },
}

test.each([
  ['a BigInt', { n: 1n }, 'BigInt'],
  ['a circle', circle, 'circular'],
  ['a toJSON that throws', angry, 'its toJSON has thrown'],
])('%s cannot be sent, and nothing is', async (_, payload, why) => {
  const { double, client } = await started()
  const initialPayload = Object.assign(Object.create(null), { payload })
  const error = await mistakeOf(() => client.trigger('a', { workflowDefinitionId: 'w', initialPayload }))
  expect(error.message).toMatch(new RegExp(`^What is to be sent cannot be written as JSON: .*${why}`))
  expect(double.seen).toEqual([])
})

test.each(['a\nb', 'snow ☃', '\0'])(
  'a header with the value %j cannot be sent, and its value is not told',
  async (value) => {
    const { double, client } = await started()
    const error = await mistakeOf(() => client.trigger('a', { workflowDefinitionId: 'w', idempotencyKey: value }))
    expect(error.message).toBe('The header idempotency-key has a value that no header can have.')
    expect(double.seen).toEqual([])
  },
)

test('a key that no header can have is told when the client is made, without the key', () => {
  for (const Client of [OpsCoreClient, AgentKitClient]) {
    try {
      new Client({ url: 'http://localhost', apiKey: 'ops_secret\nrest' })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError)
      expect(inspect(error)).toContain('authorization')
      expect(inspect(error)).not.toContain('secret')
    }
  }
})

test.each([
  ['http://user:hunter2@localhost:8000', 'must not have a user or a password'],
  ['http://hunter2@localhost:8000', 'must not have a user or a password'],
  ['http://user:hunter2@localhost:99999', 'is not a URL'],
  ['ftp://user:hunter2@localhost', 'must be http or https'],
  ['http://localhost/?token=hunter2', 'must end with its path (http://localhost/)'],
  ['http://localhost/#hunter2', 'must end with its path'],
  ['localhost:8000', 'must be http or https'],
  ['', 'is not a URL'],
])('the URL %s is refused when the client is made, and no secret in it is told', (url, why) => {
  for (const Client of [OpsCoreClient, AgentKitClient]) {
    try {
      new Client({ url })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError)
      expect(inspect(error)).toContain(why)
      expect(inspect(error)).not.toContain('hunter2')
    }
  }
})

test.each(['http://localhost:8000/v1', 'http://localhost:8000/v1/', 'http://localhost:8000//'])(
  '%s is the same as without its end',
  async (url) => {
    const asked: string[] = []
    const client = new OpsCoreClient({
      url,
      fetch: async (address) => {
        asked.push(address)
        return Response.json({ status: 'ok' })
      },
    })
    await client.health()
    expect(asked).toEqual(['http://localhost:8000/health'])
  },
)

const definition = { id: 'w', tasks: [] }
const ID_CALLS: [string, (client: OpsCoreClient, kit: AgentKitClient, id: string) => Promise<unknown>][] = [
  ['agents.get', ({ agents }, _, id) => agents.get(id)],
  ['agents.delete', ({ agents }, _, id) => agents.delete(id)],
  ['agents.history', ({ agents }, _, id) => agents.history(id)],
  ['agents.heartbeat', ({ agents }, _, id) => agents.heartbeat(id)],
  ['reportState', (client, _, agentId) => client.reportState({ ...state, agentId })],
  ['getState', (client, _, id) => client.getState(id)],
  ['trigger', (client, _, id) => client.trigger(id, { workflowDefinitionId: 'w' })],
  ['getTask', (client, _, id) => client.getTask(id)],
  ['sessions.get', ({ sessions }, _, id) => sessions.get(id)],
  ['sessions.events', ({ sessions }, _, id) => sessions.events(id)],
  ['sessions.explain', ({ sessions }, _, id) => sessions.explain(id)],
  ['sessions.cancel', ({ sessions }, _, id) => sessions.cancel(id)],
  ['sessions.pause', ({ sessions }, _, id) => sessions.pause(id)],
  ['sessions.resume', ({ sessions }, _, id) => sessions.resume(id)],
  ['sessions.retry', ({ sessions }, _, id) => sessions.retry(id)],
  ['tasks.get', ({ tasks }, _, id) => tasks.get(id)],
  ['tasks.explain', ({ tasks }, _, id) => tasks.explain(id)],
  ['tasks.complete', ({ tasks }, _, id) => tasks.complete(id)],
  ['tasks.fail', ({ tasks }, _, id) => tasks.fail(id)],
  ['tasks.heartbeat', ({ tasks }, _, id) => tasks.heartbeat(id)],
  ['tasks.adopt', ({ tasks }, _, id) => tasks.adopt(id)],
  ['workflows.put', ({ workflows }, _, id) => workflows.put({ ...definition, id })],
  ['workflows.get', ({ workflows }, _, id) => workflows.get(id)],
  ['workflows.delete', ({ workflows }, _, id) => workflows.delete(id)],
  ['keys.get', ({ keys }, _, id) => keys.get(id)],
  ['keys.revoke', ({ keys }, _, id) => keys.revoke(id)],
  ['kit.getAgent', (_, kit, id) => kit.getAgent(id)],
  ['kit.deleteAgent', (_, kit, id) => kit.deleteAgent(id)],
  ['kit.sendMessage', (_, kit, id) => kit.sendMessage(id, { senderId: 's', messageType: 'm', payload: {} })],
  ['kit.callTool', (_, kit, id) => kit.callTool(id, 'echo')],
]

test.each(ID_CALLS)('%s sends nothing for an id that would lead elsewhere', async (_, call) => {
  const { double, client } = await started()
  const kit = new AgentKitClient({ url: double.url })
  for (const id of ['', '.', '..', 'half \ud83d', undefined as unknown as string, 5 as unknown as string]) {
    expect((await mistakeOf(() => call(client, kit, id))).message).toMatch(/^An id must be text/)
  }
  expect(double.seen).toEqual([])
})

test('ids that only look odd are sent as they are', async () => {
  const { double, client } = await started()
  for (const id of ['...', '%2e', 'a/../b', '😀', ' ']) await client.agents.get(id)
  expect(double.seen.map(({ path }) => decodeURIComponent(path.split('/').at(-1) ?? ''))).toEqual([
    '...',
    '%2e',
    'a/../b',
    '😀',
    ' ',
  ])
})
