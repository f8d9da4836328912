import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandOf, ROOT } from './step.ts'

export interface Tally {
  passed: number
  /** Tests that failed, suites that could not be loaded, and errors that belong to no test. */
  failed: number
  /** The run came to its end. */
  finished: boolean
}

const FILE = 'OPSCORE_TEST_TALLY'

/** Where the reporter writes its counts. */
export function tallyFile(): string {
  const path = process.env[FILE]
  if (!path) throw new Error(`${FILE} names no file: run the tests with npm test`)
  return path
}

/**
 * Runs vitest, its output on ours unless `quiet`. A run that breaks off, fails without a failed test or runs none
 * counts one failure.
 */
export async function runTests(
  args: readonly string[],
  { cwd = ROOT, quiet = false }: { cwd?: string; quiet?: boolean } = {},
): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'opscore-tests-'))
  const path = join(folder, 'tally.json')
  const reporter = join(ROOT, 'scripts', 'tally-reporter.ts')
  const command = [await commandOf('vitest'), 'run', '--reporter=default', `--reporter=${reporter}`, ...args]
  const output = quiet ? 'ignore' : 'inherit'
  const env = { ...process.env, [FILE]: path }
  const child = spawn(process.execPath, command, { cwd, env, stdio: ['ignore', output, output] })
  const [code] = await once(child, 'close')
  const nothing: Tally = { passed: 0, failed: 0, finished: false }
  const tally: Tally = await readFile(path, 'utf8').then(JSON.parse, () => nothing)
  await rm(folder, { recursive: true })
  const unexplained = tally.failed === 0 && (code !== 0 || !tally.finished || tally.passed === 0)
  return unexplained ? { ...tally, failed: 1 } : tally
}
