import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '@opscore/engine'
import { openSqliteStore } from '@opscore/store-sqlite'
import { expect, it } from 'vitest'
import { everyPage } from '../../../engine/test/store-contract/pages.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import { killVictim } from './kill-victim.ts'
import { AGENTS } from './store-load.ts'

const ROUNDS = 5
const VICTIM = new URL('./start-victim.ts', import.meta.url)

/** Kills a victim at a random point of its work; adds what it has said. */
async function killed(dataDir: string, said: Map<string, string>): Promise<void> {
  const text = await killVictim(VICTIM, dataDir, 200 + Math.random() * 400)
  for (const [, id, what] of text.matchAll(/^(\S+) (.+)\n/gm)) said.set(id ?? '', what ?? '')
}

/** Sessions, and those of them in which somebody waits, each found once, by their agent and in its line. */
async function found(store: Store): Promise<{ sessions: Set<string>; waiting: Set<string> }> {
  const sessions: string[] = []
  const waiting: string[] = []
  for (const agentId of AGENTS) {
    const listed = await everyPage((page) => store.listSessions({ agentId: [agentId] }, page), 500)
    sessions.push(...listed.map(({ sessionId }) => sessionId))
    waiting.push(...(await store.waiters([`agent:${agentId}`], 1_000_000)).map(({ sessionId }) => sessionId))
  }
  expect([new Set(sessions).size, new Set(waiting).size]).toEqual([sessions.length, waiting.length])
  return { sessions: new Set(sessions), waiting: new Set(waiting) }
}

it('finds every session and whoever waits in it once, filed or not, after kills at random points', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'opscore-start-kill-'))
  const said = new Map<string, string>()
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await killed(dataDir, said)
      const store = await openSqliteStore({ dataDir, log: recordingLog().log })
      const { sessions, waiting } = await found(store)
      expect((await store.countSessions()).running).toBe(sessions.size)
      const { items } = await store.lineLengths({ limit: 1_000 })
      expect(items.reduce((sum, { waiting: standing }) => sum + standing, 0)).toBe(waiting.size)
      expect([...said.keys()].filter((id) => !sessions.has(id))).toEqual([])
      expect([...said].filter(([id, what]) => waiting.has(id) !== (what === 'waits'))).toEqual([])
      const events = await store.events([0], 1_000_000)
      expect(events.findIndex(({ position }, index) => position !== index + 1)).toBe(-1)
      expect([events.length, await store.head()]).toEqual([2 * sessions.size, [events.length]])
      await store.close()
    }
    expect(said.size).toBeGreaterThan(0)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
