/**
 * The thread that takes the write-ahead log over into the file, beside the writer, who goes on meanwhile: taken over by the
 * writer itself, each 4 MB of log kept all that wrote waiting for 10 ms, a fourth of the time under full load.
 */
import { constants, getPriority, setPriority } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { dataFile } from '../database.ts'
import { failureOf, messageOf } from '../failure.ts'
import { column } from '../rows/column.ts'

/** What it is told. */
export type ToCheckpointer = 'take-over' | 'close'

/** `logged`: pages in the log, with those that had been taken over before. */
export type FromCheckpointer = { logged: number } | { fatal: string }

const port = parentPort
if (!port) throw new Error('The checkpointer runs as a worker thread')
const say = (message: FromCheckpointer) => port.postMessage(message)

giveWay()
const database = new DatabaseSync(dataFile(workerData.dataDir), { timeout: 0 })
// It waits for nobody, and what it leaves the next one takes.
const takeOver = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')

port.on('message', (message: ToCheckpointer) => {
  if (message === 'close') {
    database.close()
    port.close()
    return
  }
  try {
    say({ logged: column.number(takeOver.get()?.log) })
  } catch (error) {
    // A full disk shows where something is written; the log keeps what was not taken over.
    say(failureOf(error) === 'fatal' ? { fatal: messageOf(error) } : { logged: 0 })
  }
})

/**
 * It has time, and those whom it takes over for have none: where it kept a processor from them, a start cost a twentieth more. On
 * Linux a priority is the calling thread's; elsewhere it would be the whole process's.
 */
function giveWay(): void {
  const { PRIORITY_BELOW_NORMAL } = constants.priority
  if (process.platform === 'linux' && getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL)
}
