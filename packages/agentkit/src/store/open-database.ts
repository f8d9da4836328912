import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from './migrate.ts'

const FILE = 'agentkit.db'

/** How long a start waits for the process before it to let go of the file, in milliseconds. */
const BUSY_TIMEOUT = 5_000

/**
 * Opens AgentKit's database in `directory`, which is made where it is missing, readable by its owner alone. The file is
 * locked for as long as it is open: two processes over one outbox would send everything twice. Throws with the file's
 * path in the message.
 */
export function openDatabase(directory: string): DatabaseSync {
  const file = join(directory, FILE)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT })
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    database.exec('PRAGMA journal_mode = WAL')
    // WAL's own default, NORMAL, leaves the last commits to the next checkpoint's flush.
    database.exec('PRAGMA synchronous = FULL')
    migrate(database)
    return database
  } catch (error) {
    throw new Error(`${file} cannot be opened: ${explain(error)}`, { cause: error })
  }
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message === 'database is locked' ? 'another AgentKit is using it (AGENTKIT_DATA_DIR chooses another)' : message
}
