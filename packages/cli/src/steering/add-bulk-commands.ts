import type { BulkAction } from '@opscore/contract'
import { BULK_ACTIONS, SESSION_STATUSES } from '@opscore/contract/words'
import type { Command } from 'commander'
import type { BulkFlags } from '../commands/session/session-bulk.ts'
import { addExamples } from '../examples.ts'
import { all, words, wordsAmong } from '../option-value.ts'
import type { Surroundings } from '../surroundings.ts'
import { reading } from './command-options.ts'

const DESCRIPTIONS: Record<BulkAction, string> = {
  cancel: 'Cancel many sessions.',
  pause: 'Pause many sessions.',
  resume: 'Resume many sessions.',
  retry: 'Go on with many failed sessions, from the tasks that failed.',
}

/** Sessions are chosen by a filter; what would be done is found out first, and asked about. */
export function addBulkCommands(bulk: Command, surroundings: Surroundings): void {
  for (const action of BULK_ACTIONS) {
    const command = reading(bulk.command(action).description(DESCRIPTIONS[action]))
      .option('--status <words>', `only with one of: ${SESSION_STATUSES.join(', ')}`, all(wordsAmong(SESSION_STATUSES)))
      .option('--agent <ids>', 'only those started with one of these agents', all(words))
      .option('--workflow <ids>', 'only those of one of these workflows', all(words))
      .option('--dry-run', 'show what would become of each session, and do nothing')
      .option('--yes', 'do it without asking')
    if (action === 'cancel' || action === 'pause') command.option('--reason <text>', 'why; kept with the sessions')
    command.action(async (flags: BulkFlags) =>
      (await import('../commands/session/session-bulk.ts')).bulkSessions(action, flags, surroundings),
    )
    addExamples(command, [
      `opscore session bulk ${action} --workflow greet --dry-run`,
      `opscore session bulk ${action} --workflow greet --status ${STATUS[action]} --yes -o json`,
    ])
  }
}

/** That the action is for. */
const STATUS: Record<BulkAction, string> = { cancel: 'running', pause: 'running', resume: 'paused', retry: 'failed' }
