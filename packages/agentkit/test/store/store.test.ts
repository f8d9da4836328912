import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { registryAndOutbox } from '../../src/store/migrations/0001-registry-and-outbox.ts'
import { openStore } from '../../src/store/store.ts'
import { temporaryFolder } from '../agentkit-fixture.ts'

async function folder(): Promise<string> {
  const directory = await temporaryFolder()
  onTestFinished(() => rm(directory, { recursive: true }))
  return directory
}

/** What lies there, and a store to change it. */
async function open(directory: string) {
  const { store, contents } = await openStore({
    directory,
    onLost(error) {
      throw error
    },
  })
  return { ...store, contents }
}

const request = { agentName: 'worker', version: '1', capabilities: [], contactEndpoint: 'http://127.0.0.1:8080/' }
const registration = { newId: 'agent-1', now: '2026-01-01T00:00:00.000Z', request, deliveryId: 'delivery-1' }
const draft = (taskId: string) => ({
  agentId: 'agent-1',
  taskId,
  idempotencyKey: taskId,
  deadline: null,
  body: new TextEncoder().encode('{}'),
})

async function holdOpen(directory: string): Promise<void> {
  const store = await open(directory)
  onTestFinished(() => store[Symbol.asyncDispose]())
}

async function writeNewerFormat(directory: string): Promise<void> {
  const database = new DatabaseSync(join(directory, 'agentkit.db'))
  database.exec('PRAGMA user_version = 99')
  database.close()
}

describe('the store', () => {
  it('gives back what was written, in order, when it is opened again', async () => {
    const directory = await folder()
    const first = await open(directory)
    await first.write('registerAgent', registration)
    const names = Array.from({ length: 50 }, (_, index) => `task-${index}`)
    await Promise.all(names.map((name) => first.write('acceptMessage', draft(name))))
    await first[Symbol.asyncDispose]()

    await using second = await open(directory)
    const { agents, notices, messages } = second.contents
    expect(agents).toMatchObject([{ agentId: 'agent-1', agentName: 'worker' }])
    expect(notices).toMatchObject([{ agentId: 'agent-1', eventType: 'REGISTER' }])
    expect(messages.map(({ taskId }) => taskId)).toEqual(names)
    expect(messages[0]?.body).toEqual(new TextEncoder().encode('{}'))
  })

  it('forgets what was settled before it was closed', async () => {
    const directory = await folder()
    const first = await open(directory)
    await first.write('registerAgent', registration)
    const id = await first.write('acceptMessage', draft('task-1'))
    if (id === null) throw new Error('not accepted')
    first.settle('messages', id)
    await first[Symbol.asyncDispose]()
    await using second = await open(directory)
    expect(second.contents.messages).toEqual([])
  })

  it('turns a message that was given up into its notice in one step', async () => {
    const directory = await folder()
    const first = await open(directory)
    await first.write('registerAgent', registration)
    const id = await first.write('acceptMessage', draft('task-1'))
    const { body: _, ...message } = { ...draft('task-1'), id: id ?? 0 }
    const outcome = { reason: 'gone', retryable: true, reached: false }
    const notice = await first.write('abandonMessage', { message, outcome, deliveryId: 'delivery-1' })
    expect(notice).toMatchObject({ eventType: 'DISPATCH_FAILED' })
    expect(await first.write('abandonMessage', { message, outcome, deliveryId: 'delivery-1' })).toBeNull()
    await first[Symbol.asyncDispose]()
    await using second = await open(directory)
    expect(second.contents).toMatchObject({ messages: [], notices: [{ eventType: 'REGISTER' }, notice] })
  })

  it('keeps a refused registration until the agent is registered again or goes', async () => {
    const directory = await folder()
    const refusal = { status: 422, code: 'VALIDATION_FAILED', reason: 'no', since: '2026-01-01T00:00:00.000Z' }
    const first = await open(directory)
    const refused = await first.write('registerAgent', registration)
    const id = refused.kind === 'registered' ? refused.notice?.id : undefined
    await first.write('refuseNotice', { id: id ?? 0, refusal })
    await first[Symbol.asyncDispose]()
    const second = await open(directory)
    expect(second.contents.notices).toMatchObject([{ id, eventType: 'REGISTER' }])
    await second.write('registerAgent', registration)
    await second[Symbol.asyncDispose]()
    await using third = await open(directory)
    expect(third.contents.notices).toMatchObject([{ id: 2, eventType: 'REGISTER' }])
  })

  it('does not keep a refused registration that a newer one has followed already', async () => {
    const directory = await folder()
    const refusal = { status: 422, code: 'VALIDATION_FAILED', reason: 'no', since: '2026-01-01T00:00:00.000Z' }
    const first = await open(directory)
    await Promise.all([
      first.write('registerAgent', registration),
      first.write('registerAgent', registration),
      first.write('refuseNotice', { id: 1, refusal }),
    ])
    await first[Symbol.asyncDispose]()
    await using second = await open(directory)
    expect(second.contents.notices).toMatchObject([{ id: 2 }])
  })

  it('goes on with what the version before has left', async () => {
    const directory = await folder()
    const database = new DatabaseSync(join(directory, 'agentkit.db'))
    database.exec(`${registryAndOutbox}; PRAGMA user_version = 1`)
    database.exec(`INSERT INTO notice (agent_id, event_type, body) VALUES ('agent-1', 'REGISTER', '{}')`)
    database.close()
    await using store = await open(directory)
    expect(store.contents.notices).toEqual([{ id: 1, agentId: 'agent-1', eventType: 'REGISTER', body: '{}' }])
  })

  it('accepts no message for an agent that is not there', async () => {
    await using store = await open(await folder())
    expect(await store.write('acceptMessage', draft('task-1'))).toBeNull()
  })

  it('keeps its file to its owner', async () => {
    const directory = join(await folder(), 'deeper', 'down')
    await using _store = await open(directory)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
  })

  it.each([
    ['is in use', holdOpen, /another AgentKit/],
    [
      'is no database',
      (directory: string) => writeFile(join(directory, 'agentkit.db'), 'x'.repeat(5_000)),
      /not a database/,
    ],
    ['is of a newer version', writeNewerFormat, /format 99/],
  ])('does not open a file that %s, and names it', async (_, prepare, reason) => {
    const directory = await folder()
    await prepare(directory)
    const error = await open(directory).then(
      () => undefined,
      (refusal: unknown) => refusal,
    )
    expect(error).toMatchObject({ message: expect.stringMatching(reason) })
    expect(error).toMatchObject({ message: expect.stringContaining(join(directory, 'agentkit.db')) })
  })
})
