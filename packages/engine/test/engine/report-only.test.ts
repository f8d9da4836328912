/** A store may keep a report's event in place of what it makes of the agent; both must come to the same. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '@opscore/store-sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAgents } from '../../src/aggregate/agents.ts'
import type { Agents } from '../../src/aggregate/agents-and-sessions.ts'
import type { AgentCommand } from '../../src/core/agent/decide.ts'
import { afterReport } from '../../src/core/agent/evolve.ts'
import type { AgentLive } from '../../src/core/agent/state.ts'
import type { EventDraft } from '../../src/core/event.ts'
import type { Store } from '../../src/ports/store.ts'
import { createManualClock, type ManualClock } from '../local/manual-clock.ts'
import { silentLog } from './silent-log.ts'

const session = '01a21492-bbcb-71f7-80f4-706186159409'
const attempts = [1, 2, 3].map((n) => `${session}.1.${n}`)
const registered = {
  agentName: 'A',
  version: '1',
  capabilities: ['work'],
  contactEndpoint: 'http://127.0.0.1:9',
  metadata: { config: { maxConcurrency: 2, heartbeatInterval: 10 } },
}

const state = fc.constantFrom('idle', 'active', 'error', 'paused', 'UNKNOWN', 'thinking')
const report = fc.record({ state, named: fc.option(fc.constantFrom(...attempts)) }).map(
  ({ state, named }): AgentCommand => ({
    type: 'report',
    report: { state, timestamp: '2026-01-02T03:04:05Z', details: named === null ? null : { opscore_task_id: named } },
  }),
)
const placing = fc.constantFrom(...attempts).map(
  (attemptId): AgentCommand => ({
    ...{ type: 'take-place', attemptId, sessionId: session, taskId: `${session}.1` },
    receipt: { chosen: 'a', reason: 'PINNED', candidates: [], considered: 1 },
  }),
)
const other = fc.constantFrom<AgentCommand>(
  { type: 'heartbeat' },
  { type: 'wake' },
  { type: 'contacted', reached: false },
  { type: 'contacted', reached: true },
  { type: 'register', agentId: 'a', registered },
)
/** Those of one step come together, so that they may share a commit. */
const steps = fc.array(
  fc.record({
    together: fc.array(fc.oneof({ weight: 4, arbitrary: report }, placing, other), { minLength: 1, maxLength: 3 }),
    pause: fc.nat(20_000),
  }),
  { maxLength: 25 },
)

function agentsOver(store: Store, clock: ManualClock): Agents {
  const wakeQueue = { horizon: 0, schedule() {}, cancel() {}, start() {}, every() {}, async close() {} }
  const alone = { outcomes: { publish() {} }, steps: { ofAgent: () => [] } }
  return createAgents({ store, clock, wakeQueue, health: { writable: true }, ...alone })
}

/** Keeps what a store may keep at the least, and holds it against what the commit says. */
function heldToItsWord(store: Store): Store {
  let kept: { live: AgentLive; report: EventDraft | null } | null = null
  return {
    ...store,
    commit(commit, along) {
      if (commit.kind !== 'agent') throw new Error('Only the agent commits')
      const { live, reportOnly, events } = commit
      kept = reportOnly && kept ? { live: kept.live, report: events[0] ?? null } : { live, report: null }
      // The flag says that the event is a report.
      expect(
        kept.report ? afterReport(kept.live, kept.report as Parameters<typeof afterReport>[1]) : kept.live,
      ).toEqual(live)
      return store.commit(commit, along)
    },
  }
}

/** No two moments are the same. */
function ticking(clock: ManualClock): ManualClock {
  return {
    ...clock,
    now() {
      clock.advance(1)
      return clock.now()
    },
  }
}

test('what the store gives back of an agent is what its commands made of it', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'opscore-report-'))
  try {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(5), async (steps, trimAt) => {
        const clock = ticking(createManualClock())
        const store = await openSqliteStore({ dataDir: mkdtempSync(join(parent, 'store-')), log: silentLog, clock })
        try {
          const agents = agentsOver(heldToItsWord(store), clock)
          await agents.execute('a', { type: 'register', agentId: 'a', registered })
          for (const [index, { together, pause }] of steps.entries()) {
            await Promise.all(together.map((command) => agents.execute('a', command)))
            if (index === trimAt) {
              await store.trim({ agentEventsBefore: clock.now() + 1, sessionsEndedBefore: 0, now: 0 })
            }
            expect((await store.loadAgent('a'))?.state).toEqual(await agents.read('a'))
            clock.advance(pause)
          }
        } finally {
          await store.close()
        }
      }),
      { numRuns: 40 },
    )
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
})
