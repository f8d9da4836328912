/**
 * Backs a store up into a file, and fills an empty one from it (docs/backup.md).
 *
 * What it guarantees
 * 1. A backup of a data directory is what was committed at one moment, whether Ops-Core runs over it or not.
 * 2. What was restored is read again, and holds what the file holds: else nothing is left of it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createLineSums,
  createLines,
  createWalk,
  DUMP_VERSION,
  type DumpHead,
  MigrationError,
  type Progress,
  readDump,
} from '@opscore/engine/moving'
import type { RedisAddress } from '@opscore/store-redis/address'
import { createHomes, openSource, readTarget } from '@opscore/store-redis/load'
import { fillDataFile, openDump } from '@opscore/store-sqlite/dump'
import { type LineTally, readBackup, writeBackup } from './backup-file.ts'
import { migrateStore } from './migrate-store.ts'

interface Surroundings {
  /** Epoch milliseconds: once-records and records that have expired then are left out. */
  now: number
  signal: AbortSignal
  tell: (progress: Progress) => void
}

/** A data directory, or a Redis. */
export type StoreAt = { dataDir: string } | { redis: RedisAddress }

/** @returns how much of each kind is in the file. @throws MigrationError where the store or the file is not to be had */
export async function backupStore(options: { from: StoreAt; file: string } & Surroundings): Promise<LineTally[]> {
  const { from, file, now } = options
  const headWith = (of: Pick<DumpHead, 'head' | 'keyRevision'>): DumpHead => ({
    format: 'opscore-dump',
    version: DUMP_VERSION,
    createdAt: new Date(now).toISOString(),
    head: of.head,
    keyRevision: of.keyRevision,
  })
  const walk = createWalk('writing', options)
  if ('redis' in from) {
    using source = await openSource(from.redis)
    using backup = writeBackup(file, headWith(source))
    const homes = createHomes(source.partitions)
    await readTarget(source.link, { homes, now, walk, items: createLines(backup.put) })
    return backup.finish()
  }
  using source = openDump(from.dataDir, { beside: true })
  using backup = writeBackup(file, headWith(source))
  await readDump(source, { homes: createHomes(1), now, walk, items: createLines(backup.put) })
  return backup.finish()
}

/**
 * @returns how much of each kind was restored
 * @throws MigrationError where the file is not whole, or the store not empty; then nothing was restored
 */
export async function restoreStore(
  options: { file: string; to: StoreAt; partitions: number } & Surroundings,
): Promise<LineTally[]> {
  const { file, to } = options
  if ('dataDir' in to) return restoreInto(to.dataDir, options)
  // By way of a data directory, which is then moved: a move that was broken off goes on.
  const dataDir = mkdtempSync(join(tmpdir(), 'opscore-restore-'))
  try {
    const kinds = await restoreInto(dataDir, options)
    const { agrees } = await migrateStore({ ...options, from: dataDir, to: to.redis, dryRun: false })
    if (agrees) return kinds
    throw new MigrationError(
      `Redis does not hold what ${file} holds.`,
      'Empty that Redis, run this again, and report it if it comes again.',
    )
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function restoreInto(
  dataDir: string,
  { file, signal, tell }: { file: string } & Surroundings,
): Promise<LineTally[]> {
  const backup = await readBackup(file)
  using filling = fillDataFile(dataDir, backup.head)
  const restoring = createWalk('restoring', { signal, tell })
  for await (const lines of inParts(backup.lines())) await restoring('lines', lines, filling.take)
  filling.finish()
  using restored = openDump(dataDir, { beside: true })
  const sums = createLineSums()
  const items = createLines((line) => sums.add(line[0], JSON.stringify(line)))
  const walk = createWalk('reading what was restored:', { signal, tell })
  await readDump(restored, { homes: createHomes(1), now: Number.NEGATIVE_INFINITY, walk, items })
  const there = sums.tallies()
  const other = backup.kinds.find(({ kind, hash }) => there.find((one) => one.kind === kind)?.hash !== hash)
  if (!other) return there
  throw new MigrationError(
    `What was restored from ${file} is not what it holds: of the kind "${other.kind}".`,
    `Remove ${dataDir}, and report it.`,
  )
}

/** Lines that are taken in one turn. */
const LINES = 500

async function* inParts<T>(all: AsyncIterable<T>): AsyncGenerator<T[]> {
  let part: T[] = []
  for await (const one of all) {
    part.push(one)
    if (part.length < LINES) continue
    yield part
    part = []
  }
  yield part
}
