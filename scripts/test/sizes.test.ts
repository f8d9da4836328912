import { expect, test } from 'vitest'
import { crowded, oversized } from '../gate/sizes.ts'

const lines = (count: number, line = '  work()') => Array.from({ length: count }, () => line).join('\n')
const functionOf = (body: string, head = 'function work() {') => `${head}\n${body}\n}`

test('a file of 400 lines passes and one of 401 does not', () => {
  expect(oversized('a.ts', `${lines(400, '')}\n// end`.slice(1))).toEqual([])
  expect(oversized('a.ts', `${lines(400, '// a line')}\n// end\n`)).toEqual(['a.ts: 401 lines, at most 400'])
})

test('a function of 59 lines passes and one of 60 does not, of whatever form', () => {
  const heads = ['function work() {', 'const work = async () => {', 'const work = function* () {']
  for (const head of heads) {
    expect(oversized('a.ts', functionOf(lines(57), head))).toEqual([])
    expect(oversized('a.ts', functionOf(lines(58), head))).toEqual(['a.ts:1: a function of 60 lines, at most 59'])
  }
})

test('methods count too', () => {
  const source = `class Work {\n  ${functionOf(lines(58), 'run(): void {')}\n}`
  expect(oversized('a.ts', source)).toEqual(['a.ts:2: a function of 60 lines, at most 59'])
})

test('the lines of functions inside a function count for them, not for what holds them', () => {
  const inner = functionOf(lines(40))
  expect(oversized('a.ts', functionOf([inner, inner, inner].join('\n'), 'function createWork() {'))).toEqual([])
  const tooLong = functionOf(lines(58))
  expect(oversized('a.ts', functionOf([inner, tooLong].join('\n'), 'function createWork() {'))).toEqual([
    'a.ts:44: a function of 60 lines, at most 59',
  ])
  expect(oversized('a.ts', functionOf([inner, lines(58)].join('\n'), 'function createWork() {'))).toEqual([
    'a.ts:1: a function of 61 lines, at most 59',
  ])
})

test('a suite may hold long tables, within a file of 400 lines', () => {
  expect(oversized('packages/a/test/a.test.ts', functionOf(lines(300)))).toEqual([])
  expect(oversized('packages/a/test/a.test.ts', functionOf(lines(400)))).toHaveLength(1)
})

test('text beyond ASCII does not shift the count', () => {
  expect(oversized('a.ts', `// ${'ü€😀'.repeat(50)}\n${functionOf(lines(58))}`)).toEqual([
    'a.ts:2: a function of 60 lines, at most 59',
  ])
})

test('a folder of more than 15 sources is named; tests may stand together', () => {
  const files = (folder: string, count: number) => Array.from({ length: count }, (_, n) => `${folder}/${n}.ts`)
  expect(
    crowded([...files('packages/a/src', 15), ...files('packages/a/test/b', 30), 'packages/a/test/b/c.ts']),
  ).toEqual([])
  expect(crowded([...files('packages/a/src', 16), ...files('packages/a/src/b', 15)])).toEqual([
    'packages/a/src: 16 source files, at most 15',
  ])
})
