import type { DatabaseSync } from 'node:sqlite'
import { DataFileError } from './data-file-error.ts'
import { initial } from './migrations/0001-initial.ts'
import { apiKeys } from './migrations/0002-api-keys.ts'
import { liveApart } from './migrations/0003-live-apart.ts'
import { shortSessionIndexes } from './migrations/0004-short-session-indexes.ts'
import { freshRows } from './migrations/0005-fresh-rows.ts'
import { freshLines } from './migrations/0006-fresh-lines.ts'
import { startsInOneRow } from './migrations/0007-starts-in-one-row.ts'
import { sessionsByStatus } from './migrations/0008-sessions-by-status.ts'
import { records } from './migrations/0009-records.ts'
import { column } from './rows/column.ts'

/** Each brings the format one version on. Those that were released never change: files in the field went through them. */
const MIGRATIONS: readonly string[] = [
  initial,
  apiKeys,
  liveApart,
  shortSessionIndexes,
  freshRows,
  freshLines,
  startsInOneRow,
  sessionsByStatus,
  records,
]

/** Marks the file as ours in its header: "OpsC". */
const APPLICATION_ID = 0x4f707343

/** The format that this program knows. */
export const FORMAT = MIGRATIONS.length

/**
 * The file's format; 0 for an empty one.
 * @throws DataFileError for a file of another program, or of a later version of this one.
 */
export function formatOf(database: DatabaseSync, path: string): number {
  const version = pragma(database, 'user_version')
  if (pragma(database, 'application_id') !== APPLICATION_ID && !isEmpty(database)) {
    throw new DataFileError(`${path} is a database of another program. Choose another data directory.`)
  }
  if (version > FORMAT) {
    throw new DataFileError(
      `${path} has data format ${version}, this version knows ${FORMAT} at most. Start the version that wrote it, or a later one.`,
    )
  }
  return version
}

/**
 * Brings the file to the format that this program knows, all in one transaction.
 * @throws DataFileError as `formatOf`
 */
export function migrate(database: DatabaseSync, path: string): void {
  const version = formatOf(database, path)
  if (version === FORMAT) return
  database.exec('BEGIN IMMEDIATE')
  for (const sql of MIGRATIONS.slice(version)) database.exec(sql)
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}; COMMIT`)
}

function pragma(database: DatabaseSync, name: string): number {
  return column.number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}

function isEmpty(database: DatabaseSync): boolean {
  return column.number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n) === 0
}
