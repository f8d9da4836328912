/** Keeps the write-ahead log short: has it taken over into the file now and then, and begun anew where it grows long. */
import { once } from 'node:events'
import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { messageOf } from '../failure.ts'
import type { FromCheckpointer, ToCheckpointer } from './checkpointer.ts'
import { threadFile } from './thread-file.ts'

/**
 * Batches, and characters of them, after which the log is taken over: some MB of pages. With four times as many a report's p99
 * rose from 1.3 to 1.6 times a no-op's, as what is flushed at once keeps the writer's own flushes waiting.
 */
const BATCHES = 64
const CHARACTERS = 1024 * 1024
/**
 * Pages in the log at which it begins anew: 32 MB, as much as the caches hold. With half of it a start is a twentieth dearer, as beginning
 * anew keeps everybody waiting for some 5 ms. While others write it never begins anew by itself, as there is always something that has not been
 * taken over: the writer then takes the rest over itself, once that is `LITTLE`.
 */
const LONG = 8_192
/** Batches that the writer takes over in a few milliseconds, and how often it is tried to come down to so few. */
const LITTLE = 8
const TRIES = 4
/** Batches without a word of how long the log is: the disk does not keep up, and the writer waits for it. */
const UNHEARD = 32 * BATCHES

export interface LogUpkeep {
  /** After each batch. @throws where the disk is broken */
  written(characters: number): void
  close(): Promise<void>
}

export function createLogUpkeep(
  database: DatabaseSync,
  { dataDir, onFatal, long = LONG }: { dataDir: string; onFatal: (message: string) => void; long?: number },
): LogUpkeep {
  const takeRest = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  let checkpointer: Worker | null = null
  let batches = 0
  let characters = 0
  let logged = 0
  let tries = 0
  let busy = false

  /** Many a file is closed again before it is wanted. */
  function start(): Worker {
    const thread = new Worker(threadFile(new URL('./checkpointer.ts', import.meta.url)), {
      workerData: { dataDir },
      name: 'opscore-checkpointer',
    })
    thread.on('error', (error) => onFatal(`The log cannot be taken over: ${messageOf(error)}`))
    thread.on('message', (message: FromCheckpointer) => {
      busy = false
      if ('fatal' in message) onFatal(message.fatal)
      else logged = message.logged
    })
    return thread
  }

  function tell(message: ToCheckpointer): void {
    checkpointer ??= start()
    checkpointer.postMessage(message)
  }

  function takeOver(): void {
    busy = true
    batches = 0
    characters = 0
    tell('take-over')
  }

  function beginAnew(): void {
    takeRest.run()
    logged = 0
    tries = 0
    batches = 0
    characters = 0
  }

  return {
    written(size) {
      batches += 1
      characters += size
      if (batches >= UNHEARD) return beginAnew()
      if (busy) return
      if (logged >= long) {
        if (batches <= LITTLE || tries === TRIES) return beginAnew()
        tries += 1
        takeOver()
      } else if (batches >= BATCHES || characters >= CHARACTERS) takeOver()
    },
    async close() {
      if (!checkpointer) return
      const ended = once(checkpointer, 'exit')
      tell('close')
      await ended
    },
  }
}
