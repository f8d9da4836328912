import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteStore } from '@opscore/store-sqlite'
import { expect, it } from 'vitest'
import { register, report, stateChanged } from '../../../engine/test/store-contract/commits.ts'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'
import { expectConsistent } from './store-consistency.ts'
import { AGENTS, effectOf } from './store-load.ts'

const open = (dataDir: string) => openSqliteStore({ dataDir, log: recordingLog().log })

/** A data directory as a crash leaves it, with the write-ahead log beside the file. */
async function crashed(dataDir: string): Promise<{ database: Buffer; log: Buffer }> {
  const store = await open(dataDir)
  for (let version = 0; version < 6; version++) {
    await Promise.all(
      AGENTS.map((agentId) => {
        const effects = [effectOf(agentId, version + 1)]
        const events = [stateChanged(agentId, { time: version + 1 })]
        const next = { events, effects, done: [effectOf(agentId, version).id] }
        return store.commit(version === 0 ? register(agentId, { effects }) : report(agentId, version, next))
      }),
    )
  }
  const database = readFileSync(join(dataDir, 'opscore.db'))
  const log = readFileSync(join(dataDir, 'opscore.db-wal'))
  await store.close()
  return { database, log }
}

async function reopened(dataDir: string, database: Buffer, log: Buffer): Promise<number> {
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'opscore.db'), database)
  writeFileSync(join(dataDir, 'opscore.db-wal'), log)
  const store = await open(dataDir)
  try {
    const versions = await expectConsistent(store)
    return [...versions.values()].reduce((sum, version) => sum + version, 0)
  } finally {
    await store.close()
  }
}

it('keeps a prefix of the commits where the log’s end was cut off or flipped', { timeout: 60_000 }, async () => {
  const parent = dataDirOfTest()
  const { database, log } = await crashed(join(parent, 'whole'))
  const all = 6 * AGENTS.length
  expect(await reopened(join(parent, 'intact'), database, log)).toBe(all)
  let last = all
  for (let step = 1; step <= 6; step++) {
    const end = Math.floor(log.length * (1 - step / 6.5))
    const cut = await reopened(join(parent, `cut-${step}`), database, log.subarray(0, end))
    expect(cut).toBeLessThanOrEqual(last)
    last = cut
    const flipped = Buffer.from(log)
    flipped[end] = (flipped[end] ?? 0) ^ 0xff
    expect(await reopened(join(parent, `flipped-${step}`), database, flipped)).toBeLessThan(all)
  }
})
