import type { DatabaseSync } from 'node:sqlite'
import type { Settled, Write, WriteName } from './records.ts'
import { createSettlement, createWriteOperations, type WriteOperations } from './write-operations.ts'

export interface Batch {
  writes: Write[]
  settled: Settled
}

/** `full` and `failed` leave the database as it was; after `lost` nobody can say what is on disk. */
export interface Failure {
  kind: 'full' | 'failed' | 'lost'
  message: string
}

export type BatchOutcome =
  | { kind: 'committed'; outcomes: ({ value: unknown } | { failure: Failure })[] }
  | { kind: 'rolled-back'; failure: Failure }

/** SQLite's primary result codes that ask for more than an error answer (sqlite.org/rescode.html). */
const SQLITE_IOERR = 10
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26

/** Runs a batch as one transaction, on disk when it returns. A write that fails by itself is undone by itself. */
export function createBatchCommit(database: DatabaseSync): (batch: Batch) => BatchOutcome {
  const operations = createWriteOperations(database)
  const settle = createSettlement(database)
  return ({ writes, settled }) => {
    try {
      database.exec('BEGIN IMMEDIATE')
      const outcomes = writes.map((write) => attempt(database, operations, write))
      settle(settled)
      database.exec('COMMIT')
      return { kind: 'committed', outcomes }
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      return { kind: 'rolled-back', failure: classify(error) }
    }
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
  const extended = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0
  const code = extended & 0xff
  if (code === SQLITE_FULL) return { kind: 'full', message }
  if (code === SQLITE_IOERR || code === SQLITE_CORRUPT || code === SQLITE_NOTADB) return { kind: 'lost', message }
  return { kind: 'failed', message }
}
