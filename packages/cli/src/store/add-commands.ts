/** The commands that move a store: to another one, into a file, and back. */
import { type Command, Option } from 'commander'
import { addExamples } from '../examples.ts'
import { wholeNumber } from '../option-value.ts'
import { FORMATS } from '../steering/print.ts'
import type { Surroundings } from '../surroundings.ts'
import type { BackupFlags, RestoreFlags } from './backup.ts'
import type { MigrateFlags } from './migrate.ts'

export function addStoreCommands(program: Command, surroundings: Surroundings): void {
  addBackup(program, surroundings)
  addRestore(program, surroundings)
  addMigrate(program, surroundings)
}

const output = () => new Option('-o, --output <format>', 'how it is printed').choices(FORMATS).default('table')

function addBackup(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('backup <file>')
    .description('Write everything that Ops-Core holds into a file; over SQLite also while it runs.')
    .option('--from <store>', 'sqlite:DIR or redis:URL (default: the store of the settings)')
    .addOption(output())
    .action(async (file: string, flags: BackupFlags) => {
      const { backup } = await import('./backup.ts')
      await backup(file, flags, surroundings)
    })
  addExamples(command, [
    'opscore backup /backup/opscore-monday',
    'opscore backup opscore.backup --from redis:redis://localhost:6379',
  ])
}

function addRestore(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('restore <file>')
    .description('Fill an empty store with what a backup holds, and compare.')
    .option('--to <store>', 'sqlite:DIR or redis:URL (default: the store of the settings)')
    .option(
      '--partitions <n>',
      'into how many parts a new store in Redis is divided (default: OPSCORE_REDIS_PARTITIONS, 4)',
      wholeNumber(1, 4096),
    )
    .addOption(output())
    .action(async (file: string, flags: RestoreFlags) => {
      const { restore } = await import('./backup.ts')
      await restore(file, flags, surroundings)
    })
  addExamples(command, [
    'opscore restore opscore.backup --to sqlite:/var/lib/opscore',
    'OPSCORE_REDIS_URL=redis://redis.internal opscore restore opscore.backup --to redis --partitions 8',
  ])
}

function addMigrate(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('migrate')
    .description('Copy everything that Ops-Core holds from SQLite to Redis, while it does not run.')
    .requiredOption('--from <store>', 'sqlite:DIR, or sqlite for OPSCORE_DATA_DIR')
    .requiredOption('--to <store>', 'redis:URL, or redis for OPSCORE_REDIS_URL or REDIS_HOST and REDIS_PORT')
    .option(
      '--partitions <n>',
      'into how many parts the new store is divided (default: OPSCORE_REDIS_PARTITIONS, 4)',
      wholeNumber(1, 4096),
    )
    .option('--dry-run', 'show what would be copied, and write nothing')
    .addOption(output())
    .action(async (flags: MigrateFlags) => {
      const { migrate } = await import('./migrate.ts')
      await migrate(flags, surroundings)
    })
  addExamples(command, [
    'opscore migrate --from sqlite:/var/lib/opscore --to redis:redis://localhost:6379 --dry-run',
    'OPSCORE_REDIS_URL=rediss://ops:secret@redis.internal opscore migrate --from sqlite:.opscore --to redis',
  ])
}
