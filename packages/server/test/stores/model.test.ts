import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WorkflowDefinition } from '@opscore/contract'
import type { Commit, Retention, RoutingEntry, SessionHead, Store, WakeUp } from '@opscore/engine'
import { compareTexts, createMemoryStore } from '@opscore/engine'
import { openSqliteStore } from '@opscore/store-sqlite'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { createManualClock } from '../../../engine/test/local/manual-clock.ts'
import {
  agentRef,
  attemptId,
  effect,
  entry,
  live,
  registration,
  report,
  session,
  sessionRef,
  stateChanged,
  task,
  waiter,
} from '../../../engine/test/store-contract/commits.ts'
import { everyPage } from '../../../engine/test/store-contract/pages.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import type { OpenStore } from '../../../engine/test/store-contract/subject.ts'
import { openEmptyRedisStore } from '../../../store-redis/test/redis/open-empty-store.ts'
import { startRedis } from '../../../store-redis/test/redis/redis-process.ts'

const parent = mkdtempSync(join(tmpdir(), 'opscore-model-'))
const redis = startRedis()
afterAll(async () => {
  rmSync(parent, { recursive: true, force: true })
  await (await redis)[Symbol.asyncDispose]()
})

const AGENTS = ['a', 'b', 'ä', '\ud83d\ude00']
const SESSIONS = ['s', 't', 'u']
const EVERYONE = [...AGENTS.map(agentRef), ...SESSIONS.map(sessionRef)]
/** The hash of a definition says what is in it: the workflow's id, and a name. */
const HASHES = ['f1', 'f2', 'g1', 'g2']
const definitionOf = (hash: string): WorkflowDefinition => ({ id: hash.slice(0, 1), name: hash, tasks: [] })
const small = fc.integer({ min: 0, max: 3 })

const agentStep = fc.record({
  step: fc.constant('agent' as const),
  id: fc.constantFrom(...AGENTS),
  stale: fc.boolean(),
  state: fc.constantFrom('idle', 'active'),
  capabilities: fc.subarray(['work', 'play', 'rest']),
  registers: fc.boolean(),
  leaves: fc.boolean(),
  load: fc.constantFrom(0, 1 / 3, 1),
  wakeAt: fc.option(small),
  events: fc.array(fc.constantFrom('agent.state_changed' as const, 'agent.place_freed' as const), { maxLength: 3 }),
  once: fc.option(small),
})
const sessionStep = fc.record({
  step: fc.constant('session' as const),
  id: fc.constantFrom(...SESSIONS),
  stale: fc.boolean(),
  status: fc.constantFrom('running' as const, 'completed' as const, 'failed' as const),
  startedAt: small,
  hash: fc.constantFrom('f1', 'g2'),
  tasks: fc.uniqueArray(small, { maxLength: 3 }),
  joins: fc.uniqueArray(small, { maxLength: 2 }),
  leaves: fc.uniqueArray(small, { maxLength: 2 }),
  wakeAt: fc.option(small),
  once: fc.option(small),
})
const otherStep = fc.oneof(
  fc.record({ step: fc.constant('settle' as const), effects: fc.array(fc.integer({ min: 1, max: 30 })) }),
  fc.record({ step: fc.constant('put' as const), hash: fc.constantFrom(...HASHES) }),
  fc.record({ step: fc.constant('delete' as const), id: fc.constantFrom('f', 'g') }),
  fc.record({ step: fc.constant('trim' as const), before: small }),
  fc.record({ step: fc.constant('pass' as const), ms: small }),
)
const steps = fc.array(
  fc.oneof({ weight: 4, arbitrary: agentStep }, { weight: 4, arbitrary: sessionStep }, otherStep),
  {
    maxLength: 40,
  },
)
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never

/** Each store has an order of its own for those of one moment. */
const newestFirst = (a: SessionHead, b: SessionHead) =>
  b.startedAt - a.startedAt || compareTexts(b.sessionId, a.sessionId)

/** Two stores are the same where nobody who reads everything can tell them apart. */
async function everythingIn(store: Store, now: number) {
  const aggregates = await Promise.all([
    ...AGENTS.map(async (id) => [await store.loadAgent(id), await everyPage((page) => store.agentHistory(id, page))]),
    ...SESSIONS.map(async (id) => [
      await store.loadSession(id),
      await everyPage((page) => store.sessionEvents(id, page)),
    ]),
  ])
  return {
    aggregates,
    counts: [await store.countAgents(), await store.countSessions(), await store.head(), await store.trimmed()],
    events: await store.events(await store.trimmed(), 1_000),
    agents: await everyPage((page) => store.listAgents({}, page), 1),
    idle: await everyPage((page) => store.listAgents({ state: ['idle'], capability: ['work', 'play'] }, page)),
    candidates: await store.candidates('work', 9),
    sessions: (await everyPage((page) => store.listSessions({}, page), 1)).toSorted(newestFirst),
    some: (
      await everyPage((page) => store.listSessions({ status: ['running', 'failed'], startedFrom: 1 }, page))
    ).toSorted(newestFirst),
    effects: await everyPage((page) => store.pendingEffects(page)),
    early: await everyPage((page) => store.pendingEffects({ ...page, before: now - 1 })),
    own: await Promise.all(EVERYONE.map((aggregate) => store.effectsOf(aggregate))),
    lines: await everyPage((page) => store.openLines(page)),
    lengths: await everyPage((page) => store.lineLengths(page)),
    waiters: await store.waiters(['l0', 'l1'], 9),
    wakeUps: (await everyPage((page) => store.wakeUps(page))).sort(byName),
    due: (await everyPage((page) => store.wakeUps({ ...page, before: 1 }))).sort(byName),
    workflows: await everyPage((page) => store.listWorkflows(page)),
    definitions: await Promise.all(HASHES.map((hash) => store.getDefinition(hash))),
    once: await Promise.all([0, 1, 2, 3].map((key) => store.findOnce(String(key), agentRef('a'), now))),
  }
}

/** The order of wake-ups is the store's own. */
const byName = (a: WakeUp, b: WakeUp) => compareTexts(`${a.kind}:${a.id}`, `${b.kind}:${b.id}`)

function onceOf(key: number | null, now: number) {
  return key === null ? {} : { once: [{ key: String(key), fingerprint: 'f', answer: key, expiresAt: now + 2 }] }
}

/** The commit that a step stands for, decided on what the store holds. */
async function commitOf(
  step: Extract<Step, { step: 'agent' | 'session' }>,
  store: Store,
  number: number,
  now: number,
): Promise<Commit> {
  const effects = [effect({ kind: step.step, id: step.id }, number, 0, now)]
  const shared = { effects, wakeAt: step.wakeAt, ...onceOf(step.once, now) }
  if (step.step === 'session') {
    const known = await store.loadSession(step.id)
    const version = (known?.version ?? 0) + Number(step.stale)
    // What a session starts with never changes.
    const { startedAt, definitionHash } = known?.state.head ?? { startedAt: step.startedAt, definitionHash: step.hash }
    const { id, status } = step
    return session(id, version, {
      ...shared,
      wakeAt: status === 'running' ? step.wakeAt : null,
      head: {
        status,
        startedAt,
        endedAt: status === 'running' ? null : now,
        definitionHash,
      },
      tasks: step.tasks.map((index) => task(id, index, { updatedAt: now })),
      waiters: {
        join: step.joins.map((n) => waiter(String(n), { line: `l${n % 2}`, priority: n }, `${id}.1`)),
        // Who begins stands in no line yet.
        leave: known ? step.leaves.map((n) => attemptId(String(n), `${id}.1`)) : [],
      },
      definition: { hash: definitionHash, definition: definitionOf(definitionHash) },
    })
  }
  const known = await store.loadAgent(step.id)
  const was = known?.state
  const before: RoutingEntry | null = (await routingOf(store, step.id)) ?? null
  const registers = step.registers || known === null || was?.live.deregisteredAt !== null
  const capabilities = registers ? step.capabilities : (was?.registration.capabilities ?? [])
  const deregisteredAt = step.leaves ? now : null
  const after = step.leaves ? null : entry(step.id, { capabilities, load: step.load })
  return report(step.id, (known?.version ?? 0) + Number(step.stale), {
    ...shared,
    events: step.events.map((type) => stateChanged(step.id, { type, time: now })),
    live: live({ state: step.state, deregisteredAt }),
    ...(registers ? { registration: registration(step.id, { capabilities }) } : {}),
    routing: { before, after },
  })
}

async function routingOf(store: Store, agentId: string): Promise<RoutingEntry | undefined> {
  const all = (await Promise.all(['work', 'play', 'rest'].map((one) => store.candidates(one, 99)))).flat()
  return all.find((candidate) => candidate.agentId === agentId)
}

const others: [string, OpenStore][] = [
  ['SQLite', async (parts) => openSqliteStore({ dataDir: mkdtempSync(join(parent, 'run-')), freshRows: 2, ...parts })],
  ['Redis', async (parts) => openEmptyRedisStore(await redis, parts)],
]

it.each(others)(
  'is the same store in memory and in %s, whatever happens to it',
  { timeout: 120_000 },
  async (_, open) => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const clock = createManualClock(0)
        const { log } = recordingLog()
        const memory = createMemoryStore({ clock, log })
        const other = await open({ clock, log })
        const both = async <T>(act: (store: Store) => Promise<T>) => {
          const [inMemory, inOther] = await Promise.all([act(memory), act(other)])
          expect(inOther).toEqual(inMemory)
        }
        try {
          for (const [index, step] of script.entries()) {
            if (step.step === 'pass') clock.advance(step.ms)
            else await both((store) => carryOut(step, store, index + 1, clock.now()))
          }
          await both((store) => everythingIn(store, clock.now()))
        } finally {
          await other.close()
        }
      }),
      { numRuns: 25 },
    )
  },
)

async function carryOut(
  step: Exclude<Step, { step: 'pass' }>,
  store: Store,
  number: number,
  now: number,
): Promise<unknown> {
  switch (step.step) {
    case 'settle':
      return store.settle(step.effects.flatMap((n) => EVERYONE.map((aggregate) => effect(aggregate, n).id)))
    case 'put':
      return store.putWorkflow({ definition: definitionOf(step.hash), hash: step.hash, now })
    case 'delete':
      return store.deleteWorkflow(step.id)
    case 'trim': {
      const retention: Retention = { agentEventsBefore: step.before, sessionsEndedBefore: step.before, now }
      return store.trim(retention)
    }
    default:
      return store.commit(await commitOf(step, store, number, now))
  }
}
