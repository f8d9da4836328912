import type { Command } from 'commander'
import type { DecideFlags, DecisionWord } from '../commands/session/approval.ts'
import type { ReadFlags } from '../commands/session/session.ts'
import type { SignalFlags } from '../commands/session/signal.ts'
import { addExamples } from '../examples.ts'
import { json } from '../option-value.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { connecting, listing, reading } from './command-options.ts'

const WORDS: Record<DecisionWord, string> = {
  approve: 'Approve what is asked.',
  reject: 'Reject what is asked.',
  edit: 'Change the content that is asked about, and agree to it so.',
}

/** What people are asked, and what the world tells sessions. */
export function addApprovalCommands(program: Command, terminal: Terminal): void {
  const approval = program.command('approval').description('What people are asked.')
  const list = listing(reading(approval.command('list').description('List open approvals.'))).action(
    async (flags: ReadFlags & { limit: number }) =>
      (await import('../commands/session/approval.ts')).listApprovals(flags, terminal),
  )
  addExamples(list, ['opscore approval list'])
  const get = reading(approval.command('get <approval-id>').description('Show an approval and its content.')).action(
    async (id: string, flags: ReadFlags) =>
      (await import('../commands/session/approval.ts')).getApproval(id, flags, terminal),
  )
  addExamples(get, ['opscore approval get "$APPROVAL" -o json'])
  for (const word of ['approve', 'reject', 'edit'] as const) addDecision(approval, word, terminal)
  const signal = connecting(program.command('signal <session-id> <name>').description('Send a signal to a session.'))
    .option('--payload <json>', 'what comes with it', json)
    .option('--id <id>', 'counts once (default: made up)')
    .action(async (sessionId: string, name: string, flags: SignalFlags) =>
      (await import('../commands/session/signal.ts')).sendSignal(sessionId, name, flags, terminal),
    )
  addExamples(signal, [`opscore signal "$SESSION" mail --payload '{"text":"hello"}'`])
}

function addDecision(approval: Command, word: DecisionWord, terminal: Terminal): void {
  const command = connecting(approval.command(`${word} <approval-id>`).description(WORDS[word]))
    .option('--comment <text>', 'why; kept with the session')
    .option('--hash <hash>', 'of the content that was looked at: another one is refused')
  if (word === 'edit') command.requiredOption('--content <json>', 'the content as it is to be', json)
  command.action(async (id: string, flags: DecideFlags) =>
    (await import('../commands/session/approval.ts')).decideApproval(id, word, flags, terminal),
  )
  const content = word === 'edit' ? ` --content '{"text":"better"}'` : ''
  addExamples(command, [`opscore approval ${word} "$APPROVAL"${content}`])
}
