import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { type Batch, type BatchOutcome, createBatchCommit } from './commit-batch.ts'
import { openDatabase } from './open-database.ts'
import { readContents } from './read-contents.ts'
import type { Contents } from './records.ts'

export type WriterReply =
  | { kind: 'opened'; contents: Contents }
  | { kind: 'not-opened'; message: string }
  | BatchOutcome

/** Serves until it is told `close`, then lets go of the file and ends. */
function serve(port: MessagePort, directory: string): void {
  const reply = (message: WriterReply) => port.postMessage(message)
  const database = openDatabase(directory)
  const commit = createBatchCommit(database)
  port.on('message', (message: Batch | 'close') => {
    if (message !== 'close') return reply(commit(message))
    database.close()
    port.close()
  })
  reply({ kind: 'opened', contents: readContents(database) })
}

if (parentPort !== null) {
  try {
    serve(parentPort, workerData.directory)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    parentPort.postMessage({ kind: 'not-opened', message } satisfies WriterReply)
  }
}
