import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../gate/step.ts'

/** One screen. */
const LINES = 40

const packages = globSync('packages/*/package.json', { cwd: ROOT })

test('there are packages', () => expect(packages.length).toBeGreaterThan(10))

test.each(packages)('%s has a README of one screen: its promise, its words, how to try it', (manifest) => {
  const file = join(ROOT, dirname(manifest), 'README.md')
  expect(existsSync(file), file).toBe(true)
  const text = readFileSync(file, 'utf8')
  const { name }: { name: string } = JSON.parse(readFileSync(join(ROOT, manifest), 'utf8'))
  expect(text.startsWith(`# ${name}\n`)).toBe(true)
  for (const part of ['**It promises**', '**Its words**', 'Try it']) expect(text).toContain(part)
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(LINES)
})
