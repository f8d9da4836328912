import { Worker } from 'node:worker_threads'
import { DataFileError } from '../data-file-error.ts'
import { threadFile } from './thread-file.ts'
import type { FromWriter, ToWriter, Written } from './write-request.ts'

export interface WriterThread {
  /** The last position that was taken when it started. */
  readonly head: number
  post(message: ToWriter): void
  /** Closes the file and ends the thread. */
  close(): Promise<void>
}

/**
 * Starts the writer and waits until the file is open.
 * @throws DataFileError as `openDatabase` does.
 */
export function startWriter(
  workerData: { dataDir: string; maxPages: number | undefined; freshRows: number | undefined },
  heard: { done: (written: Written) => void; fatal: (error: unknown) => void },
): Promise<WriterThread> {
  const worker = new Worker(threadFile(new URL('./writer.ts', import.meta.url)), { workerData, name: 'opscore-writer' })
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  let phase: 'starting' | 'open' | 'closing' = 'starting'

  async function close(): Promise<void> {
    phase = 'closing'
    worker.postMessage({ close: true } satisfies ToWriter)
    await exited
  }

  return new Promise((resolve, reject) => {
    function failed(error: unknown): void {
      if (phase === 'open') heard.fatal(error)
      else reject(error)
    }

    worker.once('error', failed)
    let reason = new Error('The writer thread has ended')
    void exited.then(() => phase !== 'closing' && failed(reason))
    worker.on('message', (message: FromWriter) => {
      switch (message.say) {
        case 'ready':
          phase = 'open'
          return resolve({ head: message.head, post: (batch) => worker.postMessage(batch), close })
        case 'refused':
          reason = message.kind === 'data-file' ? new DataFileError(message.message) : new Error(message.message)
          return
        case 'done':
          return heard.done(message)
        case 'fatal':
          return heard.fatal(new Error(message.message))
      }
    })
  })
}
