/** Opens the data file for its only writer. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DataFileError } from './data-file-error.ts'
import { failureOf, messageOf } from './failure.ts'
import { migrate } from './migrate.ts'
import { column } from './rows/column.ts'

export const dataFile = (dataDir: string): string => join(dataDir, 'opscore.db')

/** Pages that the writer keeps in memory, as negative KiB: the rows of 100,000 agents that a report changes, twice over. */
const CACHE = -16_384
/** What is left of a log that has been longer; bytes. More than it grows to (log-upkeep.ts): cut off and grown again each time, it made a start a seventh dearer. */
const LOG_SIZE = 64 * 1024 * 1024
/** Up to here the whole file is checked at start, in a second or so; beyond, only what is not history. */
const CHECKED_WHOLE = 256 * 1024 * 1024

export interface OwnedDatabase {
  database: DatabaseSync
  close(): void
}

/**
 * Takes the directory for this process, brings the file to the present format and makes its writes durable.
 * @throws DataFileError where another process has the directory, or the file is damaged, foreign or too new.
 */
export function openDatabase(dataDir: string, options: { maxPages?: number } = {}): OwnedDatabase {
  const path = dataFile(dataDir)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = takeLock(dataDir)
  try {
    const database = new DatabaseSync(path, { timeout: 5_000 })
    try {
      prepare(database, path, options.maxPages)
    } catch (error) {
      database.close()
      throw error
    }
    return {
      database,
      close() {
        database.close()
        lock.close()
      },
    }
  } catch (error) {
    lock.close()
    if (failureOf(error) !== 'fatal') throw error
    throw new DataFileError(`${path} cannot be used: ${messageOf(error)}. Restore it from a backup, or move it away.`)
  }
}

/** A lock that dies with its process: SQLite's own on a file beside the data. */
export function takeLock(dataDir: string): DatabaseSync {
  const lock = new DatabaseSync(join(dataDir, 'opscore.lock'), { timeout: 0 })
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw new DataFileError(
      `The data directory ${dataDir} is in use by another process (${messageOf(error)}). Stop that one, or choose another directory.`,
    )
  }
}

function prepare(database: DatabaseSync, path: string, maxPages: number | undefined): void {
  migrateChecked(database, path)
  // WAL's default is NORMAL, which flushes at checkpoints alone: acknowledged would not be durable.
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = ${CACHE};
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = ${LOG_SIZE};
  `)
  if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${maxPages}`)
}

function migrateChecked(database: DatabaseSync, path: string): void {
  for (const check of checksOf(database)) {
    const found = column.text(Object.values(database.prepare(check).get() ?? {})[0])
    if (found !== 'ok') {
      throw new DataFileError(`${path} is damaged: ${found.split('\n')[0]}. Restore it from a backup, or move it away.`)
    }
  }
  migrate(database, path)
}

function checksOf(database: DatabaseSync): string[] {
  const size = database.prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size').get()
  if (column.number(size?.bytes) <= CHECKED_WHOLE) return ['PRAGMA quick_check(1)']
  const tables = database.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('agent_event', 'session_event')",
  )
  return tables.all().map(({ name }) => `PRAGMA quick_check('${column.text(name)}')`)
}
