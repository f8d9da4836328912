/** What a step of a large session reads and writes: no more than one of a small session, or 500 tasks cost 500 × 500. */
import type { JsonObject } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/create-engine.ts'
import type { Engine } from '../../src/engine.ts'
import { createLocalBroadcast } from '../../src/local/local-broadcast.ts'
import { systemClock } from '../../src/local/system-clock.ts'
import { systemIds } from '../../src/local/system-ids.ts'
import { createTimerWakeQueue } from '../../src/local/timer-wake-queue.ts'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { AgentLink } from '../../src/ports/agent-link.ts'
import type { SessionCommit, Store } from '../../src/ports/store.ts'
import { silentLog } from './silent-log.ts'

const SIZE = 200
const AGENTS = ['a0', 'a1', 'a2']
const RESULT = { text: 'x'.repeat(1_000) }
const branches = Array.from({ length: SIZE - 2 }, (_, index) => `branch_${index}`)
const definition: JsonObject = {
  id: 'wide',
  name: 'Wide',
  tasks: [
    { taskId: 'first', agentCapability: 'work', next: branches.map((to) => ({ to })) },
    ...branches.map((taskId) => ({ taskId, agentCapability: 'work', nextTaskId: 'last' })),
    { taskId: 'last', agentCapability: 'work' },
  ],
}

/** A store that says what was asked of it. */
function watchedStore() {
  const inner = createMemoryStore({ clock: systemClock, log: silentLog })
  const seen = { loads: 0, commits: [] as SessionCommit[], asked: [] as number[] }
  const store: Store = {
    ...inner,
    loadSession(sessionId) {
      seen.loads += 1
      return inner.loadSession(sessionId)
    },
    commit(commit, along = []) {
      for (const one of [commit, ...along]) if (one.kind === 'session') seen.commits.push(one)
      return inner.commit(commit, along)
    },
    waiters(lines, limit) {
      seen.asked.push(limit)
      return inner.waiters(lines, limit)
    },
  }
  return { store, seen }
}

/** Agents that end a task as soon as they have it. */
function linkTo(engine: () => Engine): AgentLink {
  return {
    async deliver({ agentId, message }) {
      const { opscore_task_id } = message
      const details = { opscore_task_id: opscore_task_id ?? '', result: RESULT }
      void engine().reportState(agentId, { agentId, state: 'idle', timestamp: '2026-01-01T00:00:00Z', details })
      return { outcome: 'accepted', via: 'direct' }
    },
    probe: async () => true,
    close: async () => {},
  }
}

async function runWide(store: Store): Promise<string> {
  const parts = { store, clock: systemClock, ids: systemIds, log: silentLog }
  const wakeQueue = createTimerWakeQueue({ clock: systemClock })
  const engine: Engine = createEngine({
    ...parts,
    wakeQueue,
    link: linkTo(() => engine),
    broadcast: createLocalBroadcast(),
    retention: { agentEvents: 1e9, sessions: 1e9 },
  })
  await engine.start()
  for (const agentId of ['owner', ...AGENTS]) {
    const capabilities = agentId === 'owner' ? [] : ['work']
    await engine.registerAgent({ agentId, agentName: agentId, version: '1', capabilities, contactEndpoint: 'http://x' })
    await engine.reportState(agentId, { agentId, state: 'idle', timestamp: '2026-01-01T00:00:00Z', details: null })
  }
  const stop = new AbortController()
  const ends = engine.streams.open({ filter: { type: ['session.completed', 'session.failed'] }, signal: stop.signal })
  let ended = ''
  let begun = false
  for await (const batch of ends) {
    if (!begun) await engine.trigger({ agentId: 'owner', workflow: { definition }, input: null })
    begun = true
    ended = batch === 'resync' ? '' : (batch.at(-1)?.event.type ?? '')
    if (ended) stop.abort()
  }
  await engine.close()
  return ended
}

async function seenOfWide() {
  const { store, seen } = watchedStore()
  expect(await runWide(store)).toBe('session.completed')
  await store.close()
  return seen
}

describe('a session of many tasks and much text', () => {
  it('is not read again while it runs', async () => {
    expect((await seenOfWide()).loads).toBe(0)
  })

  it('writes only the tasks that a step changed', async () => {
    for (const { tasks, events } of (await seenOfWide()).commits) {
      const told = new Set(events.flatMap(({ taskId }) => taskId ?? []))
      expect(new Set(tasks.map(({ taskId }) => taskId))).toEqual(told)
    }
  })

  it('has every task join a line once and leave it once', async () => {
    const waiters = (await seenOfWide()).commits.map((commit) => commit.waiters)
    const joined = waiters.flatMap(({ join }) => join.map(({ attemptId }) => attemptId))
    expect(new Set(joined).size).toBe(SIZE)
    expect(joined).toHaveLength(SIZE)
    expect(waiters.flatMap(({ leave }) => leave).sort()).toEqual(joined.sort())
  })

  it('is looked at in its line no further than there are agents to place it with', async () => {
    expect(Math.max(...(await seenOfWide()).asked)).toBeLessThanOrEqual(2 * AGENTS.length)
  })
})
