/**
 * A new data file with what the lines of a dump say. It is filled beside the place where it is to be, in one transaction, and comes there
 * whole or not at all.
 *
 * Invariants
 * 1. Events have the positions behind the last of the store that was dumped, and count as trimmed for streams: whoever comes with a cursor of
 *    that one is told to look again.
 * 2. Sessions have begun in another file: their numbers are those of their order, and none is beyond the head (0007-starts-in-one-row.ts).
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type DumpHead, type DumpLine, MigrationError } from '@opscore/engine/moving'
import { DataFileError } from '../data-file-error.ts'
import { dataFile, takeLock } from '../database.ts'
import { migrate } from '../migrate.ts'
import { createLineWrites } from './line-writes.ts'

export interface Filling extends Disposable {
  take(line: DumpLine): void
  /** The file is there, durable, and a store like any other. */
  finish(): void
}

/** @throws MigrationError where the directory has data, or a process */
export function fillDataFile(folder: string, head: Pick<DumpHead, 'head' | 'keyRevision'>): Filling {
  const dataDir = resolve(folder)
  const path = dataFile(dataDir)
  const unfinished = `${path}.restoring`
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  using opened = new DisposableStack()
  const lock = lockOf(dataDir)
  opened.defer(() => lock.close())
  if (existsSync(path)) {
    throw new MigrationError(
      `${dataDir} holds a store already.`,
      'Name a directory without an opscore.db, or move that one away.',
    )
  }
  // What an earlier restore left that was broken off.
  for (const end of ['', '-journal']) rmSync(`${unfinished}${end}`, { force: true })
  const database = new DatabaseSync(unfinished)
  opened.defer(() => {
    database.close()
    for (const end of ['', '-journal']) rmSync(`${unfinished}${end}`, { force: true })
  })
  migrate(database, unfinished)
  database.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; BEGIN IMMEDIATE')
  const writes = createLineWrites(database, head)
  const owned = opened.move()
  return {
    take: writes.take,
    finish() {
      writes.finish()
      database.exec('COMMIT')
      renameSync(unfinished, path)
      flushFolder(dataDir)
    },
    [Symbol.dispose]: () => owned.dispose(),
  }
}

function lockOf(dataDir: string): DatabaseSync {
  try {
    return takeLock(dataDir)
  } catch (error) {
    if (!(error instanceof DataFileError)) throw error
    throw new MigrationError(error.message, 'Nothing was changed.')
  }
}

/** A name is durable once its folder is. */
function flushFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
