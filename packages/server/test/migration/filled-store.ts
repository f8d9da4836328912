/** Data directories with everything in them that can be moved. */
import type { AgentMessage } from '@opscore/contract'
import type { Engine, Store } from '@opscore/engine'
import { createEngine, createLocalBroadcast, createTimerWakeQueue, systemClock, systemIds } from '@opscore/engine'
import { openSqliteStore, type SqliteStore } from '@opscore/store-sqlite'
import { expect } from 'vitest'
import { silentLog } from '../../../engine/test/engine/silent-log.ts'
import {
  agentRef,
  commitAll,
  deregister,
  effect,
  entry,
  live,
  neighbour,
  register,
  registration,
  report,
  session,
  sessionRef,
  stateChanged,
  task,
  waiter,
} from '../../../engine/test/store-contract/commits.ts'
import { keyRecord } from '../../../engine/test/store-contract/key-record.ts'

const DAY = 24 * 3_600_000

/** An engine over the store, and the messages that it sent to agents. */
export function engineOver(store: Store): { engine: Engine; sent: AgentMessage[] } {
  const sent: AgentMessage[] = []
  const engine = createEngine({
    store,
    clock: systemClock,
    ids: systemIds,
    log: silentLog,
    wakeQueue: createTimerWakeQueue({ clock: systemClock }),
    broadcast: createLocalBroadcast(),
    retention: { agentEvents: 7 * DAY, sessions: 30 * DAY },
    link: {
      async deliver({ message }) {
        sent.push(message)
        return { outcome: 'accepted', via: 'direct' }
      },
      probe: async () => true,
      async close() {},
    },
  })
  return { engine, sent }
}

/** What was asked for once. */
export const asked = (key: string) => ({ key, fingerprint: `body of ${key}`, expiresAt: Date.now() + DAY })

const one = (taskId: string, more: object = {}) => ({ taskId, name: taskId, ...more })

export interface Worked {
  /** Session ids by what has become of them. */
  sessions: Record<
    'completed' | 'failed' | 'cancelled' | 'paused' | 'running' | 'waiting' | 'retrying' | 'once',
    string
  >
  /** The attempt that runs. */
  running: string
}

/** Lets an engine work: agents, workflows, and sessions of which some have ended and some are at every stage. */
export async function work(store: SqliteStore): Promise<Worked> {
  const { engine, sent } = engineOver(store)
  await engine.start()
  const agent = (agentId: string, capabilities: string[], metadata: { config: { maxConcurrency: number } } | null) =>
    engine.registerAgent(
      { agentId, agentName: agentId, version: '1', capabilities, contactEndpoint: 'http://127.0.0.1:1/', metadata },
      asked(`webhook:${agentId}`),
    )
  await agent('worker', ['x', 'y'], { config: { maxConcurrency: 50 } })
  await agent('left', ['x'], null)
  await agent('worker', ['x'], { config: { maxConcurrency: 50 } })
  const say = (agentId: string, state: string, details: object = {}) =>
    engine.reportState(agentId, { agentId, state, timestamp: new Date().toISOString(), details: { ...details } })
  for (const state of ['busy', 'error', 'idle']) await say('worker', state)
  await engine.deregisterAgent('left', asked('webhook:gone'))
  await engine.putWorkflow({ id: 'flow', definition: { id: 'flow', name: 'f', tasks: [one('a')] } })
  await engine.putWorkflow({
    id: 'flow',
    definition: { id: 'flow', name: 'f', tasks: [one('a'), one('b')].slice(0, 1), version: '2' },
  })
  await engine.putWorkflow({ id: 'dropped', definition: { id: 'dropped', name: 'd', tasks: [one('a')] } })
  await engine.deleteWorkflow('dropped')

  const begin = async (definition: object, key?: string) => {
    const workflow = { definition: { ...definition } }
    const started = await engine.trigger({
      agentId: 'worker',
      workflow,
      input: { n: 1 },
      ...(key ? { once: asked(key) } : {}),
    })
    return started.sessionId
  }
  const attemptOf = async (sessionId: string): Promise<string> => {
    const find = () => sent.findLast((message) => message.opscore_session_id === sessionId)?.opscore_task_id
    await expect.poll(find, { timeout: 20_000 }).toBeDefined()
    return find() ?? ''
  }
  const becomes = (sessionId: string, status: string) =>
    expect.poll(async () => (await engine.session(sessionId)).status, { timeout: 20_000 }).toBe(status)

  const completed = await begin({ id: 'inline', tasks: [one('a', { nextTaskId: 'b' }), one('b')] })
  await say('worker', 'idle', { opscore_task_id: await attemptOf(completed), result: { text: 'line\nline \u{1f642}' } })
  await expect.poll(() => sent.filter((m) => m.opscore_session_id === completed).length).toBe(2)
  await say('worker', 'idle', { opscore_task_id: await attemptOf(completed), result: [1, 2] })
  await becomes(completed, 'completed')
  const failed = await begin({ id: 'failing', tasks: [one('a', { retry: { maxAttempts: 1 } })] })
  await say('worker', 'error', { opscore_task_id: await attemptOf(failed), error: 'no' })
  await becomes(failed, 'failed')
  await say('worker', 'idle')
  const cancelled = await begin({ id: 'inline', tasks: [one('a', { agentCapability: 'x' })] })
  await engine.controlSession(cancelled, { type: 'cancel', reason: 'enough' })
  const paused = await begin({ id: 'inline', tasks: [one('a', { nextTaskId: 'b' }), one('b')] })
  await attemptOf(paused)
  await engine.controlSession(paused, { type: 'pause', reason: 'later' })
  const waiting = await begin({
    id: 'waits',
    routing: 'strict',
    tasks: [one('a', { agentCapability: 'none', priority: 7 })],
  })
  const retrying = await begin({
    id: 'again',
    tasks: [one('a', { retry: { initialInterval: '1h', maximumInterval: '1h' } })],
  })
  await say('worker', 'error', { opscore_task_id: await attemptOf(retrying), error: 'not yet' })
  await say('worker', 'idle')
  const { sessionId: running } = await engine.trigger({ agentId: 'worker', workflow: { id: 'flow' }, input: null })
  const attempt = await attemptOf(running)
  await say('worker', 'active', { opscore_task_id: attempt })
  await becomes(running, 'running')
  const once = await begin({ id: 'inline', tasks: [one('a')] }, 'idempotency:1')
  await attemptOf(once)
  await engine.close()
  return {
    sessions: { completed, failed, cancelled, paused, running, waiting, retrying, once },
    running: attempt,
  }
}

/** Of several kinds; the last has expired. */
const RECORDS = [
  ['schedule', 'nightly:1', 8.64e15],
  ['schedule-history', 'nightly:1/2026', 2e15],
  ['revision', 'flow@1', 8.64e15],
  ['approval', 'ödd', 2e15],
  ['bulk', 'over', 10],
] as const

export const ODD_AGENT = 'ödd "agent":1\u{1f642}@2'

/** What an engine makes seldom: odd names, fractions of milliseconds, many of a kind, what is still to be carried out. */
export async function addOddities(store: SqliteStore): Promise<void> {
  const odd = entry(ODD_AGENT, { capabilities: ['ä:b', 'x'], ready: false, load: 0.5, lastUsedAt: 7.25 })
  const own = [0, 1, 2].map((index) => effect(agentRef(ODD_AGENT), 1, index, 5 + index))
  await commitAll(
    store,
    register(ODD_AGENT, {
      registration: registration(ODD_AGENT, { capabilities: ['ä:b', 'x'], metadata: { deep: [{ a: null }] } }),
      routing: { before: null, after: odd },
      wakeAt: 9_999_999_999_999.5,
      effects: own,
    }),
    ...[1, 2, 3].map((version) =>
      report(ODD_AGENT, version, { events: [stateChanged(ODD_AGENT, { time: version + 0.5 })], reportOnly: true }),
    ),
    report(ODD_AGENT, 4, { events: [], done: [own[1]?.id ?? ''], live: live({ state: 'bu:sy' }) }),
    register('tombstone'),
    deregister('tombstone', 1, 1_763_000_000_000.1),
    session('no-uuid', 0, {
      head: { agentId: ODD_AGENT, workflowId: 'fl:ow', startedAt: 3.5 },
      wakeAt: 20.25,
      definition: { hash: 'hash', definition: { id: 'fl:ow', tasks: [] } },
      tasks: [task('no-uuid', 0), task('no-uuid', 2, { payload: 'x'.repeat(1_000) })],
      waiters: { join: [waiter('w1', { line: 'capability:ä', since: 2.5 }, 'no-uuid.1')], leave: [] },
      effects: [effect(sessionRef('no-uuid'), 1)],
    }),
    ...Array.from({ length: 40 }, (_, n) => session(neighbour(n), 0, { head: { startedAt: n % 3 } })),
    session(neighbour(1), 1, { head: { status: 'completed', startedAt: 1, endedAt: 1_763_000_000_000.3 } }),
    ...Array.from({ length: 60 }, (_, n) =>
      session(`00000000-0000-7000-8000-${String(n).padStart(9, '0')}${(n * 67).toString(16).padStart(3, '0')}`, 0, {
        once: [{ key: `once ${n}`, fingerprint: 'f', answer: n % 2 ? null : { n }, expiresAt: n % 3 ? 2e15 : 10 }],
      }),
    ),
  )
  await store.keys.add(keyRecord('k1', { agentIds: ['worker', ODD_AGENT], expiresAt: 2e15 }))
  await store.keys.add(keyRecord('k2', { scopes: ['admin'] }))
  await store.keys.revoke('k2', 77.5)
  for (const [kind, id, expiresAt] of RECORDS) {
    for (const expectedVersion of [0, 1]) {
      const value = { of: id, version: expectedVersion, odd: 'line\nline' }
      await store.putRecord({ kind, id, expectedVersion, value, expiresAt, now: 5 })
    }
  }
}

export const openSource = (dataDir: string): Promise<SqliteStore> => openSqliteStore({ dataDir, log: silentLog })
