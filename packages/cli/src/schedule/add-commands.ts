import { SCHEDULE_OVERLAPS } from '@opscore/contract/words'
import { type Command, Option } from 'commander'
import type { ReadFlags } from '../commands/session/session.ts'
import { addExamples } from '../examples.ts'
import { all, jsonObject, wholeNumber, words } from '../option-value.ts'
import { connecting, listing, reading } from '../steering/command-options.ts'
import type { ConnectionFlags } from '../steering/connection.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { ListFlags, PutFlags } from './schedule.ts'

const load = () => import('./schedule.ts')

/** The commands for workflows that begin by the clock. */
export function addScheduleCommands(schedule: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings
  addPut(schedule, terminal)
  addReads(schedule, terminal)
  addPausing(schedule, terminal)
  addBeginning(schedule, terminal)
  const remove = connecting(
    schedule.command('delete <schedule-id>').description('Delete a schedule; its sessions go on.'),
  )
    .option('--yes', 'do not ask; needed off a terminal')
    .action(async (id: string, flags: ConnectionFlags & { yes?: true }) =>
      (await load()).deleteSchedule(id, flags, surroundings),
    )
  addExamples(remove, ['opscore schedule delete nightly --yes'])
}

function addPut(schedule: Command, terminal: Terminal): void {
  const overlap = new Option('--overlap <word>', 'what to do while a session of an earlier time is open')
  const put = reading(schedule.command('put <schedule-id>').description('Make or replace a schedule.'))
    .requiredOption('--workflow <id>', 'the stored workflow that begins')
    .requiredOption('--agent <id>', 'the agent that it begins with')
    .option('--cron <pattern>', 'its times: minute, hour, day, month, day of the week')
    .option('--interval <time>', 'or how far they are apart, such as 30m')
    .option('--time-zone <zone>', 'the zone of the pattern, such as Europe/Berlin (default: UTC)')
    .option('--input <json>', 'what it begins with: a JSON object, or @ and a file', jsonObject)
    .option('--except <days>', 'days that are left out, such as 2026-12-25', all(words))
    .addOption(overlap.choices(SCHEDULE_OVERLAPS))
    .option('--catch-up <time>', 'how late a time may still begin (default: 1h)')
    .option('--jitter <time>', 'begin later by a share of this')
    .option('--pause-after-failures <n>', 'pause after as many in a row', wholeNumber(1, 1_000))
    .action(async (id: string, flags: PutFlags) => (await load()).putSchedule(id, flags, terminal))
  addExamples(put, [
    `opscore schedule put nightly --workflow report --agent writer-1 --cron '0 6 * * MON-FRI' --time-zone Europe/Berlin`,
    'opscore schedule put poll --workflow poll --agent writer-1 --interval 5m --overlap skip',
  ])
}

function addReads(schedule: Command, terminal: Terminal): void {
  const list = listing(reading(schedule.command('list').description('List schedules.'))).action(
    async (flags: ListFlags) => (await load()).listSchedules(flags, terminal),
  )
  addExamples(list, ['opscore schedule list', 'opscore schedule list -o name'])
  const get = reading(schedule.command('get <schedule-id>').description('Show a schedule.')).action(
    async (id: string, flags: ReadFlags) => (await load()).getSchedule(id, flags, terminal),
  )
  addExamples(get, ['opscore schedule get nightly'])
  const history = listing(
    reading(schedule.command('history <schedule-id>').description('List what became of its times, newest first.')),
  ).action(async (id: string, flags: ListFlags) => (await load()).listHistory(id, flags, terminal))
  addExamples(history, ['opscore schedule history nightly --limit 20'])
  const preview = reading(schedule.command('preview <schedule-id>').description('Show the next times of a schedule.'))
    .option('--count <n>', 'how many', wholeNumber(1, 100), 10)
    .action(async (id: string, flags: ReadFlags & { count: number }) =>
      (await load()).previewSchedule(id, flags, terminal),
    )
  addExamples(preview, ['opscore schedule preview nightly --count 5'])
}

function addPausing(schedule: Command, terminal: Terminal): void {
  const pause = connecting(schedule.command('pause <schedule-id>').description('Pause a schedule.'))
    .option('--reason <text>', 'why; kept with the schedule')
    .action(async (id: string, flags: ConnectionFlags & { reason?: string }) =>
      (await load()).pauseSchedule(id, flags, terminal),
    )
  addExamples(pause, ['opscore schedule pause nightly --reason Holidays'])
  const resume = connecting(schedule.command('resume <schedule-id>').description('Resume a paused schedule.')).action(
    async (id: string, flags: ConnectionFlags) => (await load()).resumeSchedule(id, flags, terminal),
  )
  addExamples(resume, ['opscore schedule resume nightly'])
}

function addBeginning(schedule: Command, terminal: Terminal): void {
  const run = reading(
    schedule.command('run <schedule-id>').description('Begin a session of a schedule at once.'),
  ).action(async (id: string, flags: ReadFlags) => (await load()).runSchedule(id, flags, terminal))
  addExamples(run, ['opscore schedule run nightly'])
  const backfill = reading(
    schedule.command('backfill <schedule-id>').description('Begin the sessions of a range of the past.'),
  )
    .requiredOption('--from <time>', 'its first moment, as ISO 8601 with the offset')
    .requiredOption('--to <time>', 'its last moment')
    .action(async (id: string, flags: ReadFlags & { from: string; to: string }) =>
      (await load()).backfillSchedule(id, flags, terminal),
    )
  addExamples(backfill, ['opscore schedule backfill nightly --from 2026-03-01T00:00:00Z --to 2026-03-08T00:00:00Z'])
}
