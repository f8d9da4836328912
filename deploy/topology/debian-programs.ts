import { spawnSync } from 'node:child_process'

/**
 * Installs Debian's package of a program where the program is missing.
 * @throws Error with the way out where that is not possible
 */
export function requireProgram(program: string, debianPackage = program): void {
  if (isThere(program)) return
  spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', debianPackage], {
    stdio: 'ignore',
    // What is installed must not start as a service of its own: init scripts do not in runlevel 1.
    env: { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (isThere(program)) return
  throw new Error(`${program} is missing: install it (Debian, Ubuntu: apt-get install ${debianPackage})`)
}

const isThere = (program: string): boolean => spawnSync(program, ['-v'], { stdio: 'ignore' }).error === undefined
