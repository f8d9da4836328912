import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { EXIT } from '../src/exit-code.ts'
import { createProgram } from '../src/program.ts'
import { createTerminal } from '../src/terminal.ts'

const document = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')

const program = createProgram({
  terminal: createTerminal(),
  shutdown: { signal: new AbortController().signal, requested: new Promise(() => {}) },
  onAbandon() {},
})

interface Described {
  usage: string
  options: string[]
}

/** Every command that does something, as it is typed, with the options that its help shows. */
function commandsOf(command: Command, path: string): Described[] {
  const name = `${path}${command.name()}`
  if (command.commands.length > 0) return command.commands.flatMap((inner) => commandsOf(inner, `${name} `))
  const words = command.registeredArguments.map((one) => ` <${one.name()}${one.variadic ? '...' : ''}>`)
  const options = command.createHelp().visibleOptions(command)
  const flags = options.flatMap(({ long }) => (long && long !== '--help' ? [long] : []))
  return [{ usage: `${name}${words.join('')}`, options: flags.sort() }]
}

const rows = document.split('\n').flatMap((line): Described[] => {
  const [, usage, options] = /^\| `(opscore [^`]+)` \|.*\|([^|]+)\|$/.exec(line) ?? []
  if (usage === undefined || options === undefined) return []
  return [{ usage, options: [...options.matchAll(/`(--[\w-]+)`/g)].map(([, flag]) => flag ?? '').sort() }]
})

const inOrder = (all: Described[]) => all.toSorted((a, b) => (a.usage < b.usage ? -1 : 1))

test('docs/cli.md has every command with its arguments and options', () => {
  expect(inOrder(rows)).toEqual(inOrder(commandsOf(program, '')))
})

test('docs/cli.md has every exit code', () => {
  const codes = [...document.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
  expect(codes).toEqual(Object.values(EXIT))
})
