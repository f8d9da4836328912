/** The count at the end of `npm test`, over suites that go wrong in every way. Runs vitest in vitest. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ROOT } from '../gate/step.ts'
import { runTests } from '../gate/tally.ts'

const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** Counts the given suites, in a folder of their own from which vitest can be resolved. */
async function count(suites: Record<string, string>) {
  await mkdir(join(ROOT, 'node_modules/.cache'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, 'node_modules/.cache/tally-'))
  folders.push(folder)
  await writeFile(join(folder, 'vitest.config.ts'), 'export default { test: { include: ["*.test.ts"], exclude: [] } }')
  const head = "import { afterAll, beforeAll, describe, expect, test } from 'vitest'\n"
  for (const [name, code] of Object.entries(suites)) await writeFile(join(folder, `${name}.test.ts`), head + code)
  return runTests([`--root=${folder}`], { cwd: folder, quiet: true })
}

const good = "test('a', () => {})\ntest('b', () => {})"

test('tests that pass and fail are counted', async () => {
  const bad = "test('c', () => { expect(1).toBe(2) })"
  expect(await count({ good, bad })).toMatchObject({ passed: 2, failed: 1 })
})

test.each([
  ['throws while it is loaded', "throw new Error('no')"],
  ['imports what is not there', "import './nothing.ts'"],
  ['does not parse', "test('a', () => {"],
  ['has no tests', ''],
  [
    'fails before its tests',
    "describe('s', () => { beforeAll(() => { throw new Error('no') }); test('c', () => {}) })",
  ],
  ['fails after its tests', "afterAll(() => { throw new Error('no') })\ntest('c', () => {})"],
  ['leaves a rejection behind', "test('c', () => { Promise.reject(new Error('no')) })"],
  ['ends its process', "test('c', () => { process.kill(process.pid, 'SIGKILL') })"],
])('a suite that %s is a failure, and the others are still counted', async (_, bad) => {
  const tally = await count({ good, bad })
  expect(tally.passed).toBeGreaterThanOrEqual(2)
  expect(tally.failed).toBeGreaterThanOrEqual(1)
})

test('no tests at all is a failure', async () => {
  expect(await count({})).toMatchObject({ passed: 0, failed: 1 })
})

test('a run that cannot start is a failure', async () => {
  expect(await runTests(['--no-such-option'], { quiet: true })).toMatchObject({ passed: 0, failed: 1 })
})
