import { expect, test } from 'vitest'
import { packagesIn, pictureOf } from '../gate/package-picture.ts'

test('packages are drawn with what their sources import, less what follows from other arrows', () => {
  const imports = new Map([
    ['packages/a/src/index.ts', ['packages/b/src/index.ts', 'packages/c/src/index.ts', 'packages/a/src/x.ts']],
    ['packages/a/test/x.test.ts', ['packages/d/src/index.ts']],
    ['packages/b/page/main.tsx', ['packages/c/src/index.ts']],
    ['packages/c/src/index.ts', []],
    ['bench/run.ts', ['packages/d/src/index.ts']],
  ])
  expect(pictureOf(packagesIn(imports))).toBe('```mermaid\ngraph TD\n  a --> b\n  b --> c\n```')
})
