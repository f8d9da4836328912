import { SCOPES } from '@opscore/contract/words'
import { type Command, Option } from 'commander'
import type { KeyCreateFlags } from '../commands/key.ts'
import type { ReadFlags } from '../commands/session/session.ts'
import { addExamples } from '../examples.ts'
import { all, duration, words, wordsAmong } from '../option-value.ts'
import type { Surroundings } from '../surroundings.ts'
import { connecting, listing, reading } from './command-options.ts'

const KEY_ID = '019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e91'

/** The commands for API keys. They take a key with the scope `admin`. */
export function addKeyCommands(key: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings
  const scopes = new Option('--scopes <words>', `some of: ${SCOPES.join(', ')}`)
  const create = reading(key.command('create <name>').description('Make an API key, shown this once.'))
    .addOption(scopes.argParser(all(wordsAmong(SCOPES))).makeOptionMandatory())
    .option('--agents <ids>', 'the agents that it is bound to (default: all)', all(words))
    .option('--expires-in <time>', 'when it expires, such as 12h or 90d (default: never)', duration)
    .option('--key-file <file>', 'put the key into this new file, for its owner alone')
    .action(async (name: string, flags: KeyCreateFlags) =>
      (await import('../commands/key.ts')).createKey(name, flags, terminal),
    )
  addExamples(create, [
    'opscore key create scraper --scopes metrics --key-file scraper.key',
    'opscore key create writer-1 --scopes agents --agents "$ID" --expires-in 90d',
  ])
  const list = listing(reading(key.command('list').description('List API keys, without the keys themselves.'))).action(
    async (flags: ReadFlags & { limit: number }) => (await import('../commands/key.ts')).listKeys(flags, terminal),
  )
  addExamples(list, ['opscore key list', 'opscore key list -o jsonl'])
  const revoke = connecting(key.command('revoke <key-id>').description('Revoke an API key for good.'))
    .option('--yes', 'do not ask; needed off a terminal')
    .action(async (keyId: string, flags: ReadFlags & { yes?: true }) =>
      (await import('../commands/key.ts')).revokeKey(keyId, flags, surroundings),
    )
  addExamples(revoke, [`opscore key revoke ${KEY_ID}`, `opscore key revoke ${KEY_ID} --yes`])
}
