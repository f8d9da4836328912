import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WAIT_CODES } from '../src/session/session.ts'

test('docs/concepts.md has every code of what a task waits for', () => {
  const document = readFileSync(new URL('../../../docs/concepts.md', import.meta.url), 'utf8')
  const documented = [...document.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code ?? '')
  expect(documented.sort()).toEqual([...WAIT_CODES].sort())
})
