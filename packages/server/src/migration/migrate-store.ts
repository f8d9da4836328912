/**
 * Copies what a data directory holds into Redis (docs/adr/0012-a-store-is-moved-by-copying-rows.md).
 *
 * What it guarantees
 * 1. The data directory is held by its lock, and nothing in its database changes. In the end it remembers which store
 *    is in Redis, as one does from which a process has started over it.
 * 2. Redis holds nothing of a store before, or what an earlier run with the same content left: then it goes on there.
 * 3. The new store is served only once both sides were read, and hold the same.
 */
import { StoreFullError, StoreUnavailableError } from '@opscore/engine'
import type { Kind, Tally } from '@opscore/engine/moving'
import { contentOfDump, createWalk, type Dump, MigrationError, type Progress } from '@opscore/engine/moving'
import { codeOf, createStoreMemory } from '@opscore/store-redis'
import { nameOf, type RedisAddress } from '@opscore/store-redis/address'
import {
  contentOfTarget,
  copyAll,
  createHomes,
  createImporter,
  type Found,
  lookAtTarget,
  openTarget,
  silent,
  type TargetOptions,
} from '@opscore/store-redis/load'
import { openDump } from '@opscore/store-sqlite/dump'

export interface MigrationOptions {
  /** The data directory. */
  from: string
  to: RedisAddress
  /** Into how many parts a new store is divided. */
  partitions: number
  /** Epoch milliseconds: once-records and records that have expired then are left behind. */
  now: number
  /** Nothing is written. */
  dryRun: boolean
  signal: AbortSignal
  tell: (progress: Progress) => void
}

export interface Compared {
  kind: Kind
  source: Omit<Tally, 'kind'>
  /** Absent in a dry run. */
  target?: Omit<Tally, 'kind'>
  agrees: boolean
}

export interface Migrated {
  /** What Redis held before. */
  found: Found
  kinds: Compared[]
  /** The new store may be served. */
  agrees: boolean
}

/** @throws MigrationError where it does not begin or go on; nothing that was copied is lost then */
export async function migrateStore(options: MigrationOptions): Promise<Migrated> {
  using source = openDump(options.from)
  const { to: address, partitions } = options
  const target = { address, partitions, fingerprint: source.fingerprint, from: source.head }
  const found = await lookAtTarget(target)
  const walks = (doing: Progress['doing']) => createWalk(doing, options)
  const homes = createHomes(found.partitions)
  if (options.dryRun) {
    const tallies = await contentOfDump(source, { homes, now: options.now, walk: walks('reading the source:') })
    return { found, kinds: tallies.map(({ kind, ...side }) => ({ kind, source: side, agrees: true })), agrees: false }
  }
  // Not before its end may the source be closed.
  return await fillAndCompare(source, target, found, options)
}

async function fillAndCompare(
  source: Dump,
  options: TargetOptions,
  found: Found,
  { from: dataDir, now, signal, tell }: MigrationOptions,
): Promise<Migrated> {
  using target = await openTarget(options, found)
  const homes = createHomes(found.partitions)
  const walks = (doing: Progress['doing']) => createWalk(doing, { signal, tell })
  try {
    if (found.state !== 'finished') {
      await copyAll({ source, homes, now, take: createImporter(target, walks('copying')) })
    }
    const here = await contentOfDump(source, { homes, now, walk: walks('reading the source:') })
    const there = await contentOfTarget(target.link, { homes, now, walk: walks('reading the target:') })
    const kinds = compare(here, there)
    const agrees = kinds.every((each) => each.agrees)
    if (agrees) {
      await target.finish()
      await createStoreMemory({ dataDir, address: options.address, log: silent }).remember(target.identity)
    }
    return { found, kinds, agrees }
  } catch (error) {
    signal.throwIfAborted()
    throw asMigrationError(error, options)
  }
}

function compare(here: readonly Tally[], there: readonly Tally[]): Compared[] {
  return here.map(({ kind, ...source }) => {
    const { count = 0, hash = '' } = there.find((each) => each.kind === kind) ?? {}
    return { kind, source, target: { count, hash }, agrees: count === source.count && hash === source.hash }
  })
}

/** What Redis refuses, or is not there for. Anything else is a defect, and stays what it is. */
function asMigrationError(error: unknown, { address }: TargetOptions): unknown {
  if (!(error instanceof Error)) return error
  if (codeOf(error) === 'STRAYED') {
    const message = `${error.message.slice('STRAYED '.length)}.`
    return new MigrationError(message, 'Let one migration run at a time, and run this again.')
  }
  const isOfRedis = error instanceof StoreUnavailableError || error instanceof StoreFullError || codeOf(error) !== null
  if (!isOfRedis) return error
  return new MigrationError(
    `Redis at ${nameOf(address)} did not take it: ${error.message}.`,
    'What was copied is kept: run the same command again, and it goes on.',
  )
}
