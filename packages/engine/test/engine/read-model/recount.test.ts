import type { AttentionItem } from '@opscore/contract'
import { openSqliteStore } from '@opscore/store-sqlite'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openEmptyRedisStore } from '../../../../store-redis/test/redis/open-empty-store.ts'
import { type RedisProcess, startRedis } from '../../../../store-redis/test/redis/redis-process.ts'
import { roomOf } from '../../../src/core/agent/availability.ts'
import { livenessOf } from '../../../src/core/agent/liveness.ts'
import type { Engine } from '../../../src/engine.ts'
import { systemClock } from '../../../src/local/system-clock.ts'
import { createMemoryStore } from '../../../src/memory/memory-store.ts'
import type { Store } from '../../../src/ports/store.ts'
import { createFleetQueries } from '../../../src/read-model/fleet-queries.ts'
import { dataDirOfTest } from '../../store-contract/data-dir.ts'
import { everyPage } from '../../store-contract/pages.ts'
import { silentLog } from '../silent-log.ts'
import { causeTrouble, playTraffic, startSilentFleet } from './random-traffic.ts'

const IN_TIME = { timeout: 30_000, interval: 200 }

/** Whoever begins to look now, and has seen nothing happen. */
function latecomer(store: Store) {
  const queries = createFleetQueries({ store, clock: systemClock, log: silentLog, sessionsKept: 24 * 3_600_000 })
  onTestFinished(() => queries.forgetFleet())
  return queries
}

const everything = (engine: Pick<Engine, 'attention'>): Promise<AttentionItem[]> =>
  everyPage(async (page) => {
    const { items, nextCursor } = await engine.attention(undefined, page)
    return { items, next: nextCursor }
  }, 7)

/** The same, counted one by one in the store. */
async function recount(store: Store) {
  const agents = await everyPage((page) => store.listAgents({}, page))
  const sessions = await everyPage((page) => store.listSessions({}, page))
  const byState = Map.groupBy(agents, ({ live }) => live.state)
  const byLiveness = Map.groupBy(agents, livenessOf)
  const tasks = await Promise.all(
    sessions.map(async ({ sessionId }) => (await store.loadSession(sessionId))?.state.tasks ?? []),
  )
  const lines = await everyPage((page) => store.openLines(page))
  const standing = await store.waiters(lines, 10_000)
  const backingOff = tasks.flat().filter((task) => task?.status === 'pending_retry').length
  const paused = sessions.filter(({ status }) => status === 'paused').length
  return {
    agents: {
      total: agents.length,
      byState: Object.fromEntries([...byState].map(([state, of]) => [state, of.length])),
      byLiveness: Object.fromEntries(
        ['online', 'quiet', 'offline', 'unreachable'].map((one) => [
          one,
          [...byLiveness].find(([name]) => name === one)?.[1].length ?? 0,
        ]),
      ),
      slots: {
        held: agents.reduce((sum, { live }) => sum + live.places.length, 0),
        total: agents.reduce((sum, agent) => sum + roomOf(agent), 0),
      },
    },
    sessions: {
      byStatus: Object.fromEntries(
        ['started', 'running', 'paused', 'completed', 'failed', 'cancelled'].map((one) => [
          one,
          sessions.filter(({ status }) => status === one).length,
        ]),
      ),
    },
    waiting: standing.length + backingOff + paused,
    started: sessions.length,
  }
}

function recountContract(name: string, open: () => Promise<Store>): void {
  it(`what is counted as things change is what a recount gives, after random traffic, ${name}`, async () => {
    const store = await open()
    const engine = await startSilentFleet(store)
    onTestFinished(() => engine.close())
    const first = await engine.overview()
    expect(first).toMatchObject({ agents: { total: 0 }, waiting: { total: 0, byReason: [] }, attention: { total: 0 } })
    for (const seed of [1, 2, 3]) {
      await playTraffic(engine, seed)
      await vi.waitFor(async () => {
        const { time: _, ...kept } = await engine.overview()
        const { time: __, ...anew } = await latecomer(store).overview()
        expect(kept).toEqual(anew)
        const { agents, sessions, waiting, started } = await recount(store)
        expect(kept).toMatchObject({ agents, sessions, waiting: { total: waiting } })
        expect(kept.agents.byState).toEqual(agents.byState)
        expect(kept.series.started.reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBe(started)
        const items = await everything(engine)
        expect(items.map(({ id }) => id).sort()).toEqual(
          (await everything(latecomer(store))).map(({ id }) => id).sort(),
        )
        expect(items).toHaveLength(kept.attention.total)
      }, IN_TIME)
    }
    await causeTrouble(engine)
    await vi.waitFor(async () => {
      const { attention, waiting } = await engine.overview()
      expect(attention.byKind.session_failed).toBeGreaterThan(0)
      expect(attention.byKind.agent_in_error).toBeGreaterThan(0)
      expect(waiting.byReason.map(({ code }) => code)).toContain('NO_SUCH_CAPABILITY')
    }, IN_TIME)
  })
}

describe('an overview', () => {
  recountContract('in memory', async () => createMemoryStore({ clock: systemClock, log: silentLog }))

  recountContract('in SQLite', async () => {
    const store = await openSqliteStore({ dataDir: dataDirOfTest(), log: silentLog })
    onTestFinished(() => store.close())
    return store
  })

  describe('with a Redis', () => {
    let redis: RedisProcess
    beforeAll(async () => {
      redis = await startRedis()
    })
    afterAll(() => redis[Symbol.asyncDispose]())

    recountContract('in Redis', async () => {
      const store = await openEmptyRedisStore(redis, { log: silentLog, partitions: 3 })
      onTestFinished(() => store.close())
      return store
    })
  })
})
