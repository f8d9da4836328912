import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXIT } from '../src/exit-code.ts'
import { COMMANDS } from './described-commands.ts'

const document = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')

interface Described {
  usage: string
  options: string[]
}

const rows = document.split('\n').flatMap((line): Described[] => {
  const [, usage, options] = /^\| `(opscore [^`]+)` \|.*\|([^|]+)\|$/.exec(line) ?? []
  if (usage === undefined || options === undefined) return []
  return [{ usage, options: [...options.matchAll(/`(--[\w-]+)`/g)].map(([, flag]) => flag ?? '').sort() }]
})

const inOrder = (all: readonly Described[]) =>
  all.map(({ usage, options }) => ({ usage, options })).toSorted((a, b) => (a.usage < b.usage ? -1 : 1))

test('docs/cli.md has every command with its arguments and options', () => {
  expect(inOrder(rows)).toEqual(inOrder(COMMANDS))
})

test('docs/cli.md has every exit code', () => {
  const codes = [...document.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
  expect(codes).toEqual(Object.values(EXIT))
})
