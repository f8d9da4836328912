import { serverSettings } from '@opscore/server'
import { type Compared, type Migrated, migrateStore } from '@opscore/server/migration'
import { readFlagsAndEnvironment } from '../config.ts'
import { CommandFailure } from '../exit-code.ts'
import { type Format, printList, type Shape } from '../steering/print.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { placeOf } from './named-store.ts'
import { createProgressLines, failureOf } from './on-the-way.ts'

export interface MigrateFlags {
  from: string
  to: string
  partitions?: number
  dryRun?: true
  output: Format
}

/** Digits of a hash that are shown to people. */
const DIGITS = 12

/**
 * Copies a store, and shows what both sides hold.
 * @throws CommandFailure where it does not begin, is interrupted, or the sides do not hold the same
 */
export async function migrate(flags: MigrateFlags, { terminal, shutdown }: Surroundings): Promise<void> {
  const settings = readFlagsAndEnvironment(
    serverSettings,
    flags.partitions === undefined ? {} : { redisPartitions: flags.partitions },
  )
  const { from, to } = placeOf(flags, settings)
  const options = { from, to, partitions: settings.redisPartitions, now: Date.now(), dryRun: flags.dryRun === true }
  const tell = createProgressLines(terminal)
  const migrated = await migrateStore({ ...options, signal: shutdown.signal, tell }).catch((error: unknown) => {
    throw failureOf(error, shutdown.signal, 'The migration was interrupted.')
  })
  if (options.dryRun) return showPlan(migrated, flags.output, terminal)
  await showResult(migrated, flags.output, terminal)
}

async function showPlan({ found, kinds }: Migrated, format: Format, terminal: Terminal): Promise<void> {
  await printList(terminal, format, kinds, {
    name: ({ kind }) => kind,
    columns: { WHAT: ({ kind }) => kind, 'TO BE COPIED': ({ source }) => source.count },
  })
  terminal.note(`${FOUND[found.state]} The new store has ${found.partitions} partitions. Nothing was written.`)
}

const FOUND: Record<Migrated['found']['state'], string> = {
  empty: 'Redis holds nothing of Ops-Core.',
  unfinished: 'Redis holds a part of this already: it would go on there.',
  finished: 'Redis holds all of this already: it would be compared.',
}

/** Both sides, as programs and as people read them. */
const BOTH_SIDES: Shape<Compared> = {
  name: ({ kind }) => kind,
  columns: {
    WHAT: ({ kind }) => kind,
    SOURCE: ({ source }) => source.count,
    TARGET: ({ target }) => target?.count ?? null,
    'HASH OF SOURCE': ({ source }) => source.hash.slice(0, DIGITS),
    'HASH OF TARGET': ({ target }) => target?.hash.slice(0, DIGITS) ?? null,
    '': ({ agrees }) => (agrees ? 'same' : 'DIFFERENT'),
  },
}

async function showResult({ found, kinds, agrees }: Migrated, format: Format, terminal: Terminal): Promise<void> {
  await printList(terminal, format, kinds, BOTH_SIDES)
  if (agrees) {
    terminal.note(
      'Both sides hold the same. Start Ops-Core with OPSCORE_STORAGE_TYPE=redis and the OPSCORE_API_KEY of before.',
    )
    return
  }
  if (found.state === 'finished') {
    throw new CommandFailure('The store in Redis has been used since it was copied, and holds something else.', {
      hint: 'Start Ops-Core over it, or empty that Redis to copy again what the data directory held before.',
    })
  }
  throw new CommandFailure('The two sides do not hold the same: the copy is not served.', {
    hint: 'Nothing was changed in the data directory. Empty that Redis, run this again, and report it if it comes again.',
  })
}
