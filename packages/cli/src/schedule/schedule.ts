/** What the commands for schedules do. */
import type { JsonObject, ScheduleOverlap, ScheduleRequest } from '@opscore/contract'
import type { ReadFlags } from '../commands/session/session.ts'
import { CommandFailure, EXIT } from '../exit-code.ts'
import { type ConnectionFlags, connect } from '../steering/connection.ts'
import { readUpTo } from '../steering/pages.ts'
import { printList, printOne } from '../steering/print.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { SCHEDULE, SCHEDULE_ENTRY, SCHEDULE_ROW, SCHEDULE_TIME } from './shapes.ts'

export interface PutFlags extends ReadFlags {
  workflow: string
  agent: string
  cron?: string
  interval?: string
  timeZone?: string
  input?: JsonObject
  except?: string[]
  overlap?: ScheduleOverlap
  catchUp?: string
  jitter?: string
  pauseAfterFailures?: number
}

export type ListFlags = ReadFlags & { limit: number }

export async function putSchedule(scheduleId: string, flags: PutFlags, terminal: Terminal): Promise<void> {
  const { workflow, agent, cron, interval, timeZone, input, except, overlap, catchUp, jitter } = flags
  const { pauseAfterFailures } = flags
  const request: ScheduleRequest = {
    workflowId: workflow,
    agentId: agent,
    ...(cron === undefined ? {} : { cron }),
    ...(interval === undefined ? {} : { interval }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(input === undefined ? {} : { input }),
    ...(except === undefined ? {} : { exceptDates: except }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(catchUp === undefined ? {} : { catchUp }),
    ...(jitter === undefined ? {} : { jitter }),
    ...(pauseAfterFailures === undefined ? {} : { pauseAfterFailures }),
  }
  await printOne(terminal, flags.output, await connect(flags).schedules.put(scheduleId, request), SCHEDULE)
}

export async function listSchedules({ limit, output, ...flags }: ListFlags, terminal: Terminal): Promise<void> {
  const { schedules } = connect(flags)
  await printList(terminal, output, await readUpTo(limit, (page) => schedules.list(page)), SCHEDULE_ROW)
}

export async function getSchedule(scheduleId: string, flags: ReadFlags, terminal: Terminal): Promise<void> {
  await printOne(terminal, flags.output, await connect(flags).schedules.get(scheduleId), SCHEDULE)
}

export async function listHistory(
  scheduleId: string,
  { limit, output, ...flags }: ListFlags,
  terminal: Terminal,
): Promise<void> {
  const { schedules } = connect(flags)
  const items = await readUpTo(limit, (page) => schedules.history(scheduleId, page))
  await printList(terminal, output, items, SCHEDULE_ENTRY)
}

export async function previewSchedule(
  scheduleId: string,
  flags: ReadFlags & { count: number },
  terminal: Terminal,
): Promise<void> {
  const { times } = await connect(flags).schedules.preview(scheduleId, { count: flags.count })
  await printList(terminal, flags.output, times, SCHEDULE_TIME)
}

export async function pauseSchedule(
  scheduleId: string,
  { reason, ...flags }: ConnectionFlags & { reason?: string },
  terminal: Terminal,
): Promise<void> {
  await connect(flags).schedules.pause(scheduleId, reason === undefined ? {} : { reason })
  terminal.note(`The schedule is paused: ${scheduleId}`)
}

export async function resumeSchedule(scheduleId: string, flags: ConnectionFlags, terminal: Terminal): Promise<void> {
  await connect(flags).schedules.resume(scheduleId)
  terminal.note(`The schedule goes on: ${scheduleId}`)
}

/** @throws CommandFailure where no session began */
export async function runSchedule(scheduleId: string, flags: ReadFlags, terminal: Terminal): Promise<void> {
  const entry = await connect(flags).schedules.run(scheduleId)
  await printOne(terminal, flags.output, entry, SCHEDULE_ENTRY)
  if (entry.outcome === 'failed') throw new CommandFailure(`No session began: ${entry.detail}`)
}

/** @throws CommandFailure where a time got no session */
export async function backfillSchedule(
  scheduleId: string,
  { from, to, ...flags }: ReadFlags & { from: string; to: string },
  terminal: Terminal,
): Promise<void> {
  const { items } = await connect(flags).schedules.backfill(scheduleId, { from, to })
  await printList(terminal, flags.output, items, SCHEDULE_ENTRY)
  const failed = items.filter(({ outcome }) => outcome === 'failed').length
  if (failed > 0) throw new CommandFailure(`${failed} of ${items.length} times got no session.`)
}

/** @throws CommandFailure where nobody confirms it */
export async function deleteSchedule(
  scheduleId: string,
  { yes, ...flags }: ConnectionFlags & { yes?: true },
  { terminal, shutdown }: Pick<Surroundings, 'terminal' | 'shutdown'>,
): Promise<void> {
  if (!yes && !terminal.confirm) {
    throw new CommandFailure('A schedule that is deleted is gone.', { exitCode: EXIT.usage, hint: 'Add --yes.' })
  }
  if (!yes && terminal.confirm) {
    const sure = await terminal.confirm(`Delete ${scheduleId}?`, shutdown.signal).catch((error: unknown) => {
      if (!shutdown.signal.aborted) throw error
      throw new CommandFailure('The schedule was not deleted.', { exitCode: EXIT.interrupted })
    })
    if (!sure) throw new CommandFailure('The schedule was not deleted.')
  }
  await connect(flags).schedules.delete(scheduleId)
  terminal.note(`The schedule is deleted: ${scheduleId}`)
}
