import { expect, test } from 'vitest'
import { circlesIn } from '../gate/circles.ts'
import { readImports, specifiersOf } from '../gate/imports.ts'

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges))

test('files that import each other are named, the shortest way around, once for each knot', () => {
  const imports = graph({ a: ['b'], b: ['c', 'd'], c: ['a'], d: ['e'], e: ['b'], f: ['a'], g: ['g'] })
  expect(circlesIn(imports)).toEqual([['a', 'b', 'c'], ['g']])
  expect(circlesIn(graph({ a: ['b', 'c'], b: ['c'], c: [] }))).toEqual([])
})

test('an import of a type counts, and so do what is passed on and what is imported later', () => {
  const source = `import type { A } from './a.ts'
import { type B, b } from './b.ts'
export type { C } from './c.ts'
export * from './d.ts'
export const e = () => import('./e.ts')
`
  expect(specifiersOf('x.ts', source).sort()).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts'])
})

test('a package is found by its name, with its subpath', async () => {
  const imports = await readImports()
  const targets = new Set([...imports.values()].flat())
  expect([...targets]).toContain('packages/contract/src/text/text.ts')
  expect(imports.get('packages/server/src/compose.ts')).toContain('packages/store-sqlite/src/index.ts')
})
