import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../gate/step.ts'

const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
const named = [...text.matchAll(/`((?:packages|scripts|docs|bench)\/[^`]*)`/g)].flatMap(([, path]) => path ?? [])
const linked = [...text.matchAll(/\]\((docs\/[^)]+)\)/g)].flatMap(([, path]) => path ?? [])

test.each([...new Set([...named, ...linked])])('ARCHITECTURE.md names %s, and it is there', (path) => {
  expect(existsSync(join(ROOT, path))).toBe(true)
})

test.each(readdirSync(join(ROOT, 'packages')))('the package %s is in ARCHITECTURE.md', (name) => {
  expect(named).toContain(`packages/${name}`)
})
