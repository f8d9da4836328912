import type { Command } from 'commander'
import { createProgram } from '../src/program.ts'
import { createTerminal } from '../src/terminal/terminal.ts'

export interface Described {
  /** As it is typed: `opscore agent get <agent-id>`. */
  usage: string
  /** The same, word by word, without `opscore` and arguments. */
  path: string[]
  /** The long ones that help shows, but `--help`. */
  options: string[]
  command: Command
}

const program = createProgram({
  terminal: createTerminal(),
  shutdown: { signal: new AbortController().signal, requested: new Promise(() => {}) },
  onAbandon() {},
})

/** Every command that does something. */
export const COMMANDS: readonly Described[] = commandsBelow(program, [])

function commandsBelow(command: Command, path: string[]): Described[] {
  if (command.commands.length > 0) {
    return command.commands.flatMap((inner) => commandsBelow(inner, [...path, inner.name()]))
  }
  const words = command.registeredArguments.map((one) => `<${one.name()}${one.variadic ? '...' : ''}>`)
  const options = command.createHelp().visibleOptions(command)
  const flags = options.flatMap(({ long }) => (long && long !== '--help' ? [long] : []))
  return [{ usage: ['opscore', ...path, ...words].join(' '), path, options: flags.sort(), command }]
}
