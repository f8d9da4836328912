/** Reads two stores through their port and expects the same of both, but for where events stand in their logs. */

import type { CommittedEvent, KeyStore, Store } from '@opscore/engine'
import { expect } from 'vitest'
import { agentRef, sessionRef } from '../../../engine/test/store-contract/commits.ts'
import { everyPage } from '../../../engine/test/store-contract/pages.ts'

type WithKeys = Store & { keys: KeyStore }

const PAGE = 50
const byId = <T extends { id: string }>(items: T[]): T[] => items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
const placeless = (events: readonly CommittedEvent[]) => events.map(({ partition, position, ...event }) => event)

/** Everything that the port gives out. */
async function everythingIn(store: WithKeys, { agents, onceKeys, now }: Known) {
  const sessions = await everyPage((page) => store.listSessions({}, page), PAGE)
  const ids = sessions.map(({ sessionId }) => sessionId).sort()
  const listed = await everyPage((page) => store.listAgents({}, page), PAGE)
  const all = [...new Set([...agents, ...listed.map(({ registration }) => registration.agentId)])].sort()
  const capabilities = [...new Set(listed.flatMap(({ registration }) => registration.capabilities))].sort()
  const lines = await everyPage((page) => store.openLines(page), PAGE)
  const inTurn = <T, R>(items: readonly T[], read: (item: T) => Promise<R>) => Promise.all(items.map(read))
  return {
    listed,
    agents: await inTurn(all, async (id) => ({
      id,
      loaded: await store.loadAgent(id),
      history: placeless(await everyPage((page) => store.agentHistory(id, page), PAGE)),
      effects: await store.effectsOf(agentRef(id)),
    })),
    candidates: await inTurn(capabilities, (capability) => store.candidates(capability, 99)),
    capable: await inTurn(capabilities, (one) =>
      everyPage((page) => store.listAgents({ capability: [one] }, page), PAGE),
    ),
    inState: await everyPage((page) => store.listAgents({ state: ['idle', 'bu:sy'] }, page), PAGE),
    sessions: await inTurn(ids, async (id) => ({
      id,
      loaded: await store.loadSession(id),
      events: placeless(await everyPage((page) => store.sessionEvents(id, page), PAGE)),
      effects: await store.effectsOf(sessionRef(id)),
      definition: await store.getDefinition((await store.loadSession(id))?.state.head.definitionHash ?? ''),
    })),
    starts: sessions.map(({ startedAt }) => startedAt),
    filtered: await inTurn(
      [{ status: ['completed' as const] }, { agentId: ['worker'] }, { workflowId: ['flow'] }],
      async (filter) =>
        (await everyPage((page) => store.listSessions(filter, page), PAGE)).map(({ sessionId }) => sessionId).sort(),
    ),
    counts: [await store.countAgents(), await store.countSessions()],
    lines,
    lengths: await everyPage((page) => store.lineLengths(page), PAGE),
    waiters: await inTurn(lines, (line) => store.waiters([line], 99)),
    effects: byId(await everyPage((page) => store.pendingEffects(page), PAGE)),
    wakeUps: byId(await everyPage((page) => store.wakeUps(page), PAGE)),
    workflows: await everyPage((page) => store.listWorkflows(page), PAGE),
    once: await inTurn(onceKeys, ({ key, home }) => store.findOnce(key, home, now)),
    keys: await everyPage((page) => store.keys.list(page), PAGE),
    records: await inTurn(
      ['schedule', 'schedule-history', 'revision', 'revision-definition', 'approval', 'bulk'] as const,
      (kind) => everyPage((page) => store.listRecords(kind, now, page), PAGE),
    ),
    open: [await store.keys.revision(), byIdOf((await store.keys.live(100)).keys)],
  }
}

const byIdOf = <T extends { keyId: string }>(keys: T[]): T[] => keys.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1))

export interface Known {
  /** Agents that are not listed any more are known by name alone. */
  agents: readonly string[]
  onceKeys: readonly { key: string; home: ReturnType<typeof agentRef> }[]
  now: number
}

export async function expectSameContent(source: WithKeys, target: WithKeys, known: Known): Promise<void> {
  const [here, there] = [await everythingIn(source, known), await everythingIn(target, known)]
  expect(there).toEqual(here)
  await expectSameLog(source, target)
}

/** Within each aggregate events are in the order of before, each partition has no gap, and begins behind the source's end. */
async function expectSameLog(source: Store, target: Store): Promise<void> {
  const before = await source.events([0], 100_000)
  const after = await target.events(
    Array.from({ length: target.partitions }, () => 0),
    100_000,
  )
  const ownerOf = ({ type, agentId, sessionId }: CommittedEvent) =>
    type.startsWith('agent.') ? `agent ${agentId}` : `session ${sessionId}`
  const grouped = (events: CommittedEvent[]) =>
    new Map([...Map.groupBy(events, ownerOf)].map(([owner, own]) => [owner, placeless(own)]))
  expect(grouped(after)).toEqual(grouped(before))
  const [end = 0] = await source.head()
  const heads = await target.head()
  for (const [partition, head] of heads.entries()) {
    const positions = after.filter((event) => event.partition === partition).map(({ position }) => position)
    expect(positions).toEqual(positions.map((_, n) => end + 1 + n))
    expect(head).toBe(end + positions.length)
  }
  expect(await target.trimmed()).toEqual(heads)
}
