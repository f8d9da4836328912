/** The options that commands share which steer a running Ops-Core. */
import { type Command, Option } from 'commander'
import { wholeNumber } from '../option-value.ts'
import { FORMATS } from './print.ts'

export function connecting(command: Command): Command {
  return command
    .option('--opscore-url <url>', 'or OPSCORE_API_URL (default: http://127.0.0.1:8000)')
    .option('--api-key-file <file>', 'or OPSCORE_API_KEY (default: .opscore/api-key)')
}

export function reading(command: Command): Command {
  return connecting(command).addOption(
    new Option('-o, --output <format>', 'how it is printed').choices(FORMATS).default('table'),
  )
}

export function listing(command: Command): Command {
  return command.option('--limit <n>', 'how many at most', wholeNumber(1, 100_000), 50)
}
