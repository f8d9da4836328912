/** The data directory that is copied: opened for reading alone, and held by its lock or as it is at one moment. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Dump, MigrationError } from '@opscore/engine/moving'
import { DataFileError } from '../data-file-error.ts'
import { dataFile, takeLock } from '../database.ts'
import { messageOf } from '../failure.ts'
import { FORMAT, formatOf } from '../migrate.ts'
import { createReader, type Reader } from '../read/reader.ts'
import { column } from '../rows/column.ts'
import { createDumpRows } from './dump-rows.ts'

/**
 * `beside`: Ops-Core may be at work on it meanwhile. What is read is then what was committed when this began.
 * @throws MigrationError where there is no data, or another process or version has it
 */
export function openDump(folder: string, { beside = false } = {}): Dump {
  const dataDir = resolve(folder)
  const path = dataFile(dataDir)
  if (!existsSync(path)) {
    throw new MigrationError(`There is no opscore.db in ${dataDir}.`, 'Name the data directory: --from sqlite:DIR')
  }
  using opened = new DisposableStack()
  try {
    if (!beside) {
      const lock = takeLock(dataDir)
      opened.defer(() => lock.close())
    }
    checkFormat(path)
    const reader = createReader(path, () => {})
    opened.defer(() => reader.close())
    // Until it is closed everything is read as of now.
    reader.prepare('BEGIN').get()
    const facts = factsOf(reader)
    const owned = opened.move()
    return {
      name: `sqlite:${dataDir}`,
      rows: createDumpRows(reader),
      ...facts,
      [Symbol.dispose]: () => owned.dispose(),
    }
  } catch (error) {
    if (error instanceof DataFileError) throw new MigrationError(error.message, 'Nothing was changed.')
    if (error instanceof MigrationError) throw error
    throw new MigrationError(
      `${path} cannot be read: ${messageOf(error)}`,
      'Restore it from a backup. Nothing was changed.',
    )
  }
}

function checkFormat(path: string): void {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    const format = formatOf(database, path)
    if (format === FORMAT) return
    throw new MigrationError(
      `${path} has data format ${format}, and ${FORMAT} is copied.`,
      'Start this version of Ops-Core once over it (opscore serve), which brings it up to date, stop it, and run this again.',
    )
  } finally {
    database.close()
  }
}

function factsOf(reader: Reader) {
  const one = (sql: string) => reader.prepare(sql).get() ?? {}
  const count = (table: string) => column.number(one(`SELECT count(*) AS n FROM ${table}`).n)
  const ledger = one('SELECT head, trimmed FROM ledger')
  const keyRevision = column.number(one('SELECT revision FROM api_key_revision').revision)
  const starts = column.number(one('SELECT coalesce(sum(json_array_length(start)), 0) AS n FROM session').n)
  const events = count('agent_event') + count('session_event') + starts
  const effects = one('SELECT count(*) AS n, max(effect_no) AS last FROM effect')
  const fingerprint = createHash('sha256').update(JSON.stringify([ledger, keyRevision, events, effects]))
  const versions = [
    'SELECT agent_id AS id, version FROM agent ORDER BY agent_no',
    'SELECT session_id AS id, version FROM session ORDER BY session_no',
    "SELECT id, revision || ' ' || hash AS version FROM workflow ORDER BY id",
    "SELECT kind || ' ' || id AS id, version FROM record ORDER BY kind, id",
  ]
  for (const sql of versions) {
    for (const row of reader.prepare(sql).each()) fingerprint.update(JSON.stringify([row.id, row.version]))
  }
  return {
    head: column.number(ledger.head),
    keyRevision,
    fingerprint: fingerprint.digest('hex'),
    size:
      events +
      ['agent', 'session', 'agent_candidate', 'agent_capability', 'once', 'effect', 'record']
        .map(count)
        .reduce((a, b) => a + b),
  }
}
