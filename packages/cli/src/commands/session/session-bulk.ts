import type { BulkAction, BulkFilter, BulkItem, BulkRequest, SessionStatus } from '@opscore/contract'
import { wait } from '@opscore/contract/time'
import type { OpsCoreClient } from '@opscore/sdk'
import { CommandFailure, EXIT } from '../../exit-code.ts'
import { connect } from '../../steering/connection.ts'
import { BULK_ITEM } from '../../steering/fleet-shapes.ts'
import { readUpTo } from '../../steering/pages.ts'
import { printList } from '../../steering/print.ts'
import type { Surroundings } from '../../surroundings.ts'
import type { ReadFlags } from './session.ts'

export interface BulkFlags extends ReadFlags {
  status?: SessionStatus[]
  agent?: string[]
  workflow?: string[]
  reason?: string
  dryRun?: true
  yes?: true
}

/** How often a job is asked how far it is, in milliseconds. */
const POLL = 250

/**
 * Finds out what would be done, asks, and does it: to the sessions that were found, and to no other.
 * @throws CommandFailure where nothing is chosen, nobody confirms it, or a session failed to be acted on
 */
export async function bulkSessions(
  action: BulkAction,
  flags: BulkFlags,
  { terminal, shutdown }: Pick<Surroundings, 'terminal' | 'shutdown'>,
): Promise<void> {
  const filter = filterOf(flags)
  const client = connect(flags)
  const run = (request: BulkRequest) => runToEnd(client, request, shutdown.signal)
  const found = await run({ action, filter, dryRun: true })
  if (flags.dryRun) return show(found)
  const selection = found.flatMap(({ sessionId, outcome }) => (outcome === 'ok' ? [sessionId] : []))
  if (selection.length === 0) return show(found)
  if (!flags.yes) await confirm(selection.length)
  const { reason } = flags
  const items = await run({ action, selection, ...(reason === undefined ? {} : { reason }) })
  await show(items)
  const failed = items.filter(({ outcome }) => outcome === 'failed').length
  if (failed > 0) throw new CommandFailure(`${failed} of ${items.length} sessions could not be acted on.`)

  async function show(items: readonly BulkItem[]): Promise<void> {
    await printList(terminal, flags.output, items, BULK_ITEM)
    if (items.length === 0) return
    const count = (outcome: BulkItem['outcome']) => items.filter((item) => item.outcome === outcome).length
    const counts = `${count('ok')} ok, ${count('skipped')} skipped, ${count('failed')} failed`
    terminal.note(flags.dryRun ? `${counts}; nothing was done.` : `${counts}.`)
  }

  async function confirm(sessions: number): Promise<void> {
    const question = `${action[0]?.toUpperCase()}${action.slice(1)} ${sessions} sessions?`
    if (!terminal.confirm) {
      throw new CommandFailure(question, { exitCode: EXIT.usage, hint: 'Add --yes, or --dry-run to see which.' })
    }
    const sure = await terminal.confirm(question, shutdown.signal).catch((error: unknown) => {
      if (!shutdown.signal.aborted) throw error
      throw new CommandFailure('Nothing was done.', { exitCode: EXIT.interrupted })
    })
    if (!sure) throw new CommandFailure('Nothing was done.')
  }
}

function filterOf({ status, agent, workflow }: BulkFlags): BulkFilter {
  if (!status && !agent && !workflow) {
    throw new CommandFailure('Say which sessions.', {
      exitCode: EXIT.usage,
      hint: 'Choose them by --status, --workflow or --agent.',
    })
  }
  return {
    ...(status ? { status } : {}),
    ...(agent ? { agentId: agent } : {}),
    ...(workflow ? { workflowId: workflow } : {}),
  }
}

async function runToEnd({ bulk }: OpsCoreClient, request: BulkRequest, signal: AbortSignal): Promise<BulkItem[]> {
  let job = await bulk.start(request)
  while (job.status === 'running') {
    await wait(POLL, { signal }).catch(() => {
      throw new CommandFailure(`The job goes on: ${job.jobId}`, { exitCode: EXIT.interrupted })
    })
    job = await bulk.get(job.jobId)
  }
  return job.total > 0 ? readUpTo(job.total, (page) => bulk.items(job.jobId, page)) : []
}
