import type { Command } from 'commander'

/** Examples come first in a command's help. */
export function addExamples(command: Command, lines: string[]): void {
  command.addHelpText('before', `Examples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`)
}
