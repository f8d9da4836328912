/** A store into a file, and back into an empty one. */
import { serverSettings } from '@opscore/server'
import { backupStore, type LineTally, restoreStore } from '@opscore/server/migration'
import { readFlagsAndEnvironment } from '../config.ts'
import { type Format, printList, type Shape } from '../steering/print.ts'
import type { Surroundings } from '../surroundings.ts'
import { storeOf } from './named-store.ts'
import { createProgressLines, failureOf } from './on-the-way.ts'

export interface BackupFlags {
  from?: string
  output: Format
}

export interface RestoreFlags {
  to?: string
  partitions?: number
  output: Format
}

const TALLIES: Shape<LineTally> = {
  name: ({ kind }) => kind,
  columns: { WHAT: ({ kind }) => kind, LINES: ({ count }) => count, HASH: ({ hash }) => hash.slice(0, 12) },
}

/** @throws CommandFailure where the store is not to be had, the file cannot be written, or it is interrupted */
export async function backup(file: string, flags: BackupFlags, { terminal, shutdown }: Surroundings): Promise<void> {
  const from = storeOf('--from', flags.from, readFlagsAndEnvironment(serverSettings, {}))
  const way = { now: Date.now(), signal: shutdown.signal, tell: createProgressLines(terminal) }
  const kinds = await backupStore({ from, file, ...way }).catch((error: unknown) => {
    throw failureOf(error, shutdown.signal, 'The backup was interrupted, and no file was left.')
  })
  await printList(terminal, flags.output, kinds, TALLIES)
  terminal.note(`${file} holds all of it. To try it: opscore restore ${file} --to sqlite:DIR`)
}

/** @throws CommandFailure where the file is not whole, the store not empty, or it is interrupted */
export async function restore(file: string, flags: RestoreFlags, { terminal, shutdown }: Surroundings): Promise<void> {
  const given = flags.partitions === undefined ? {} : { redisPartitions: flags.partitions }
  const settings = readFlagsAndEnvironment(serverSettings, given)
  const to = storeOf('--to', flags.to, settings)
  const way = { now: Date.now(), signal: shutdown.signal, tell: createProgressLines(terminal) }
  const options = { file, to, partitions: settings.redisPartitions, ...way }
  const kinds = await restoreStore(options).catch((error: unknown) => {
    throw failureOf(error, shutdown.signal, 'The restore was interrupted, and is not served.')
  })
  await printList(terminal, flags.output, kinds, TALLIES)
  terminal.note(
    'It was read again and holds what the file holds. Start Ops-Core over it, with the OPSCORE_API_KEY of before.',
  )
}
