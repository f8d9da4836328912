/** What bash runs when somebody presses Tab. It is made from the commands themselves, and starts no process. */
import type { Command } from 'commander'

interface Completed {
  /** ` agent list`; the program itself is empty. */
  path: string
  command: Command
}

export function bashCompletion(program: Command): string[] {
  const all = commandsFrom({ path: '', command: program })
  return [
    '_opscore() {',
    '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path="" words="" i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    case "$path ${COMP_WORDS[i]}" in',
    `      ${all
      .slice(1)
      .map(({ path }) => `"${path}"`)
      .join('|')}) path+=" \${COMP_WORDS[i]}" ;;`,
    '    esac',
    '  done',
    '  case "$path $prev" in',
    ...all.flatMap(valuesOf),
    '    *) case "$path" in',
    ...all.map(({ path, command }) => `      "${path}") words="${wordsOf(command).join(' ')}" ;;`),
    '    esac ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '}',
    'complete -o default -F _opscore opscore',
  ]
}

const below = (command: Command): Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((inner) => inner.name() !== 'help')

function commandsFrom(from: Completed): Completed[] {
  const inner = below(from.command)
  return [from, ...inner.flatMap((command) => commandsFrom({ path: `${from.path} ${command.name()}`, command }))]
}

function wordsOf(command: Command): string[] {
  const options = command.createHelp().visibleOptions(command)
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? [])
  return [...below(command).map((inner) => inner.name()), ...choices, ...options.flatMap(({ long }) => long ?? [])]
}

/** An option that takes one of a few values is completed with them. */
function valuesOf({ path, command }: Completed): string[] {
  return command.options.flatMap(({ argChoices, short, long }) => {
    if (!argChoices) return []
    const names = [short, long].flatMap((name) => (name ? `"${path} ${name}"` : []))
    return `    ${names.join('|')}) words="${argChoices.join(' ')}" ;;`
  })
}
