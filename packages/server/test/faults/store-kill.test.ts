import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '@opscore/store-sqlite'
import { expect, it } from 'vitest'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import { killVictim } from './kill-victim.ts'
import { expectConsistent } from './store-consistency.ts'

/** A few hundred make the long form: `OPSCORE_KILL_ROUNDS=300 npx vitest run …/store-kill`. */
const ROUNDS = Number(process.env.OPSCORE_KILL_ROUNDS ?? 10)
const VICTIM = new URL('./store-victim.ts', import.meta.url)

/** Kills a victim at a random point of its work; returns the last version that it said of each agent. */
async function killed(dataDir: string): Promise<Map<string, number>> {
  const said = await killVictim(VICTIM, dataDir, Math.random() * 150)
  const lines = said.slice(0, Math.max(0, said.lastIndexOf('\n'))).split('\n')
  return new Map(lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]))
}

it(`has what was acknowledged, whole, after each of ${ROUNDS} kills at random points`, {
  timeout: ROUNDS * 20_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'opscore-kill-'))
  try {
    let before = new Map<string, number>()
    for (let round = 0; round < ROUNDS; round++) {
      const acknowledged = await killed(dataDir)
      const store = await openSqliteStore({ dataDir, log: recordingLog().log })
      const durable = await expectConsistent(store)
      for (const [agentId, version] of durable) {
        // The victim says a commit before it makes the agent's next, so one at most is durable and was not said.
        const said = Math.max(acknowledged.get(agentId) ?? 0, before.get(agentId) ?? 0)
        expect([said, said + 1]).toContain(version)
      }
      before = durable
      await store.close()
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
