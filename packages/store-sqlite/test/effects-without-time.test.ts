import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { agentRef, commitAll, effect, register } from '../../engine/test/store-contract/commits.ts'
import { recordingLog } from '../../engine/test/store-contract/recording-log.ts'
import { dataFile } from '../src/database.ts'
import { openSqliteStore } from '../src/sqlite-store.ts'

test('an effect of a file from before effects had a time is as old as can be', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'opscore-effects-'))
  const { log } = recordingLog()
  const own = effect(agentRef('a'), 1, 0, 50)
  try {
    const before = await openSqliteStore({ dataDir, log })
    await commitAll(before, register('a', { effects: [own] }))
    await before.close()
    const database = new DatabaseSync(dataFile(dataDir))
    database.exec("UPDATE effect SET effect = json_remove(effect, '$.at')")
    database.close()
    const store = await openSqliteStore({ dataDir, log })
    expect(await store.effectsOf(agentRef('a'))).toEqual([{ ...own, at: 0 }])
    expect((await store.pendingEffects({ limit: 5, before: 0 })).items).toEqual([{ ...own, at: 0 }])
    await store.close()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
