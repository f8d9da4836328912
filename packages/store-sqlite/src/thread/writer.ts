/** The worker thread that alone writes the data file: a batch in, one transaction, its answers out. */
import { parentPort, workerData } from 'node:worker_threads'
import { DataFileError } from '../data-file-error.ts'
import { openDatabase } from '../database.ts'
import { messageOf } from '../failure.ts'
import { createBatchWrites } from '../write/batch-writes.ts'
import { createLogUpkeep } from './log-upkeep.ts'
import type { FromWriter, ToWriter } from './write-request.ts'

const port = parentPort
if (!port) throw new Error('The writer runs as a worker thread')
const say = (message: FromWriter) => port.postMessage(message)

try {
  const { database, close } = openDatabase(workerData.dataDir, workerData)
  const { writeBatch, fileWhileIdle } = createBatchWrites(database, workerData)
  let broken = false
  function fail(message: string): void {
    broken = true
    say({ say: 'fatal', message })
  }
  const log = createLogUpkeep(database, { dataDir: workerData.dataDir, onFatal: fail })

  const end = async () => {
    await log.close()
    close()
    port.close()
  }

  function whileIdle(): void {
    try {
      fileWhileIdle()
    } catch (error) {
      fail(messageOf(error))
    }
  }

  port.on('message', (message: ToWriter) => {
    // The batch behind the one that failed: what is on disk is not known, so nothing more may be written.
    if (broken && 'cells' in message) return
    try {
      if ('close' in message) return void end()
      say({ say: 'done', ...writeBatch(message.cells) })
      log.written(message.characters)
      // Behind the batches that wait already.
      setImmediate(whileIdle)
    } catch (error) {
      fail(messageOf(error))
    }
  })
  say({ say: 'ready', head: writeBatch([]).head })
} catch (error) {
  say({ say: 'refused', kind: error instanceof DataFileError ? 'data-file' : 'other', message: messageOf(error) })
  port.close()
}
