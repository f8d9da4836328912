import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { StoreUnavailableError } from '@opscore/engine'
import { DataFileError, openSqliteStore } from '@opscore/store-sqlite'
import { describe, expect, it } from 'vitest'
import { commitAll, register, report } from '../../../engine/test/store-contract/commits.ts'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'
import { recordingLog } from '../../../engine/test/store-contract/recording-log.ts'

const VICTIM = fileURLToPath(new URL('./store-victim.ts', import.meta.url))
const open = (dataDir: string) => openSqliteStore({ dataDir, log: recordingLog().log })

async function refusal(dataDir: string): Promise<string> {
  const error = await open(dataDir).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(DataFileError)
  return error instanceof Error ? error.message : ''
}

describe('a store that starts', () => {
  it('finds everything again after a restart', async () => {
    const dataDir = join(dataDirOfTest(), 'made', 'as', 'needed')
    const first = await open(dataDir)
    await commitAll(first, register('a'), report('a', 1, { wakeAt: 5 }))
    await first.close()
    const second = await open(dataDir)
    expect([(await second.loadAgent('a'))?.version, await second.head(), await second.countAgents()]).toEqual([
      2,
      [2],
      1,
    ])
    await commitAll(second, report('a', 2))
    expect((await second.agentHistory('a', { limit: 9 })).items.map((event) => event.position)).toEqual([3, 2, 1])
    await second.close()
  })

  it('refuses a directory that is in use, names it, and has it once the other is gone', async () => {
    const dataDir = dataDirOfTest()
    const holder = spawn(process.execPath, [VICTIM, dataDir], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const gone = once(holder, 'exit')
    await Promise.race([once(holder, 'message'), gone])
    expect(await refusal(dataDir)).toContain(`${dataDir} is in use by another process`)
    holder.kill('SIGKILL')
    await gone
    const store = await open(dataDir)
    expect(await refusal(dataDir)).toContain('is in use')
    await store.close()
  })

  it('refuses a file that is no database', async () => {
    const dataDir = dataDirOfTest()
    writeFileSync(join(dataDir, 'opscore.db'), 'not a database, but long enough to be looked at '.repeat(100))
    expect(await refusal(dataDir)).toMatch(/opscore\.db cannot be used: file is not a database/)
    expect(readFileSync(join(dataDir, 'opscore.db'), 'utf8')).toContain('not a database')
  })

  it('refuses another program’s database', async () => {
    const dataDir = dataDirOfTest()
    const foreign = new DatabaseSync(join(dataDir, 'opscore.db'))
    foreign.exec('CREATE TABLE theirs (n)')
    foreign.close()
    expect(await refusal(dataDir)).toContain('is a database of another program')
  })

  it('refuses a later format', async () => {
    const dataDir = dataDirOfTest()
    await (await open(dataDir)).close()
    const later = new DatabaseSync(join(dataDir, 'opscore.db'))
    later.exec('PRAGMA user_version = 99')
    later.close()
    expect(await refusal(dataDir)).toMatch(/has data format 99, this version knows \d+ at most/)
  })

  it('refuses a file with a corrupt page', async () => {
    const dataDir = dataDirOfTest()
    const store = await open(dataDir)
    await Promise.all(Array.from({ length: 500 }, (_, i) => store.commit(register(`agent-${i}`))))
    await store.close()
    spoil(join(dataDir, 'opscore.db'))
    expect(await refusal(dataDir)).toMatch(/opscore\.db (is damaged|cannot be used): .+ Restore it from a backup/)
  })

  it('ends the process where the file turns out to be broken later, and takes nothing more', async () => {
    const dataDir = dataDirOfTest()
    const fatal: Error[] = []
    const { log, logged } = recordingLog()
    const store = await openSqliteStore({ dataDir, log, onFatal: (error) => fatal.push(error) })
    await Promise.all(Array.from({ length: 2_000 }, (_, i) => store.commit(register(`agent-${i}`))))
    await store.close()
    const again = await openSqliteStore({ dataDir, log, onFatal: (error) => fatal.push(error) })
    spoil(join(dataDir, 'opscore.db'))
    const reads = await Promise.allSettled(Array.from({ length: 2_000 }, (_, i) => again.loadAgent(`agent-${i}`)))
    expect(reads.some((read) => read.status === 'rejected')).toBe(true)
    expect(fatal).toHaveLength(1)
    expect(fatal[0]?.message).toContain(dataDir)
    expect(logged).toContain('The data file cannot be relied on any more; stopping')
    await expect(again.commit(register('late'))).rejects.toBeInstanceOf(StoreUnavailableError)
    await again.close()
  })
})

/** Overwrites a piece of every third page. */
function spoil(path: string): void {
  const file = openSync(path, 'r+')
  const { size } = statSync(path)
  for (let at = 4 * 4096; at < size; at += 3 * 4096) writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, at)
  closeSync(file)
}
