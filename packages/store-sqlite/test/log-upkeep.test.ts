import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { dataDirOfTest } from '../../engine/test/store-contract/data-dir.ts'
import { openDatabase } from '../src/database.ts'
import { createLogUpkeep } from '../src/thread/log-upkeep.ts'

const MIB = 1024 * 1024

it('takes the log over and begins it anew while somebody writes without a pause', async () => {
  const dataDir = dataDirOfTest()
  const failures: string[] = []
  const { database, close } = openDatabase(dataDir)
  const upkeep = createLogUpkeep(database, { dataDir, onFatal: (message) => failures.push(message), long: 1_000 })
  database.exec('CREATE TABLE filler (text TEXT NOT NULL)')
  const fill = database.prepare('INSERT INTO filler VALUES (?)')
  const text = 'x'.repeat(16_384)
  for (let batch = 0; batch < 3_000; batch++) {
    fill.run(text)
    upkeep.written(text.length)
    await nextTurn()
  }
  const { own, checkpointer } = niceness()
  expect(checkpointer).toBe(Math.max(own, 10))
  const size = (file: string) => statSync(join(dataDir, file)).size
  expect(size('opscore.db')).toBeGreaterThan(40 * MIB)
  expect(size('opscore.db-wal')).toBeLessThan(16 * MIB)
  await upkeep.close()
  expect(database.prepare('SELECT count(*) AS n FROM filler').get()?.n).toBe(3_000)
  close()
  expect(failures).toEqual([])
})

/** Of this process's threads (proc_pid_stat(5)): a checkpointer gives way to all others. */
function niceness() {
  const nice = (thread: string): number => {
    const [, fields = ''] = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')
    return Number(fields.split(' ')[16])
  }
  const name = (thread: string): string => readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim()
  const checkpointer = readdirSync('/proc/self/task').find((thread) => name(thread) === 'opscore-checkpo')
  return { own: nice(String(process.pid)), checkpointer: checkpointer === undefined ? null : nice(checkpointer) }
}
