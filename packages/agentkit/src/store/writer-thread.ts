import type { DatabaseSync } from 'node:sqlite'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from './open-database.ts'
import { readContents } from './read-contents.ts'
import type { Contents, Settled, Write, WriteName } from './records.ts'
import { createSettlement, createWriteOperations, type WriteOperations } from './write-operations.ts'

export interface Batch {
  writes: Write[]
  settled: Settled
}

/** `full` and `failed` leave the database as it was; after `lost` nobody can say what is on disk. */
export type Failure = { kind: 'full' | 'failed' | 'lost'; message: string }

export type WriterReply =
  | { kind: 'opened'; contents: Contents }
  | { kind: 'not-opened'; message: string }
  | { kind: 'committed'; outcomes: ({ value: unknown } | { failure: Failure })[] }
  | { kind: 'rolled-back'; failure: Failure }

/** SQLite's primary result codes that ask for more than an error answer (sqlite.org/rescode.html). */
const SQLITE_IOERR = 10
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26

/** Serves until it is told `close`, then lets go of the file and ends. */
function serve(port: MessagePort, directory: string): void {
  const reply = (message: WriterReply) => port.postMessage(message)
  const database = openDatabase(directory)
  const operations = createWriteOperations(database)
  const settle = createSettlement(database)
  port.on('message', (message: Batch | 'close') => {
    if (message !== 'close') return reply(commit(database, operations, settle, message))
    database.close()
    port.close()
  })
  reply({ kind: 'opened', contents: readContents(database) })
}

/** One transaction for all of it. A write that fails by itself is undone by itself. */
function commit(
  database: DatabaseSync,
  operations: WriteOperations,
  settle: (settled: Settled) => void,
  batch: Batch,
): WriterReply {
  try {
    database.exec('BEGIN IMMEDIATE')
    const outcomes = batch.writes.map((write) => attempt(database, operations, write))
    settle(batch.settled)
    database.exec('COMMIT')
    return { kind: 'committed', outcomes }
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    return { kind: 'rolled-back', failure: classify(error) }
  }
}

function attempt<K extends WriteName>(database: DatabaseSync, operations: WriteOperations, write: Write<K>) {
  database.exec('SAVEPOINT entry')
  try {
    const value = operations[write.name](write.argument)
    database.exec('RELEASE entry')
    return { value }
  } catch (error) {
    const failure = classify(error)
    if (failure.kind !== 'failed') throw error
    database.exec('ROLLBACK TO entry; RELEASE entry')
    return { failure }
  }
}

function classify(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const code =
    error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0
  if (code === SQLITE_FULL) return { kind: 'full', message }
  if (code === SQLITE_IOERR || code === SQLITE_CORRUPT || code === SQLITE_NOTADB) return { kind: 'lost', message }
  return { kind: 'failed', message }
}

if (parentPort !== null) {
  try {
    serve(parentPort, workerData.directory)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    parentPort.postMessage({ kind: 'not-opened', message } satisfies WriterReply)
  }
}
