import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const REQUIREMENTS = join(import.meta.dirname, '..', 'scenarios', 'requirements.txt')
/** The oldest Python that the pinned Locust takes. */
const OLDEST = 'import sys; sys.exit(sys.version_info < (3, 11))'

/**
 * A Python with the pinned Locust, made once in `folder` and used again for as long as what is pinned stays the same.
 * Returns its interpreter. Debian's packages of Python are installed where it is missing.
 * @throws Error with the way out where that is not possible
 */
export function pythonEnvironment(folder: string, say: (line: string) => void): string {
  const pinned = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12)
  const made = join(folder, `python-${pinned}`)
  const python = join(made, 'bin', 'python')
  if (existsSync(python)) return python
  say('Making a Python environment with Locust, once …')
  const building = `${made}.new-${process.pid}`
  mkdirSync(folder, { recursive: true })
  try {
    makeEnvironment(building)
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r']
    run(join(building, 'bin', 'python'), [...install, REQUIREMENTS])
    // Who makes the same beside us may be first; either will do.
    if (!existsSync(made)) renameSync(building, made)
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  return python
}

function makeEnvironment(folder: string): void {
  const make = () => spawnSync('python3', ['-m', 'venv', folder], { encoding: 'utf8' })
  if (make().status !== 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const packages = ['python3', 'python3-venv']
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { stdio: 'ignore', env })
    const { status, stderr, error } = make()
    if (status !== 0) {
      throw new Error(
        `No Python environment (Debian, Ubuntu: apt-get install python3-venv): ${error?.message ?? stderr}`,
      )
    }
  }
  const { status } = spawnSync(join(folder, 'bin', 'python'), ['-c', OLDEST])
  if (status !== 0) throw new Error('Locust needs Python 3.11 or later as python3')
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`)
}
