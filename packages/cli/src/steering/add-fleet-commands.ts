import { ATTENTION_KINDS } from '@opscore/contract/words'
import type { Command } from 'commander'
import type { AttentionFlags, SearchFlags } from '../commands/fleet.ts'
import type { ReadFlags } from '../commands/session/session.ts'
import { addExamples } from '../examples.ts'
import { all, wholeNumber, wordsAmong } from '../option-value.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { listing, reading } from './command-options.ts'

/** What is asked of the fleet as a whole. */
export function addFleetCommands(program: Command, terminal: Terminal): void {
  const overview = reading(program.command('overview').description('Show the fleet at a glance.')).action(
    async (flags: ReadFlags) => (await import('../commands/fleet.ts')).showOverview(flags, terminal),
  )
  addExamples(overview, ['opscore overview', 'opscore overview -o json'])
  const attention = listing(reading(program.command('attention').description('List all that wants a person.')))
    .option('--kind <words>', `only some of: ${ATTENTION_KINDS.join(', ')}`, all(wordsAmong(ATTENTION_KINDS)))
    .action(async (flags: AttentionFlags) => (await import('../commands/fleet.ts')).listAttention(flags, terminal))
  addExamples(attention, ['opscore attention', 'opscore attention --kind session_failed -o json'])
  const search = reading(program.command('search <words>').description('Find things by id, how one begins, or name.'))
    .option('--limit <n>', 'how many at most', wholeNumber(1, 50), 20)
    .action(async (text: string, flags: SearchFlags) =>
      (await import('../commands/fleet.ts')).search(text, flags, terminal),
    )
  addExamples(search, ['opscore search writer', 'opscore search 019a9f7e'])
  const system = reading(program.command('system').description('Show how Ops-Core itself is.')).action(
    async (flags: ReadFlags) => (await import('../commands/fleet.ts')).showSystem(flags, terminal),
  )
  addExamples(system, ['opscore system', 'opscore system -o yaml'])
}
