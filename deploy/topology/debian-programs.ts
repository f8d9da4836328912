import { spawnSync } from 'node:child_process'

/**
 * How to start a program; Debian's package of its name is installed where it is missing.
 * @throws Error with the way out where that is not possible
 */
export function debianProgram(name: string): string {
  const found = find(name)
  if (found !== undefined) return found
  spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', name], {
    stdio: 'ignore',
    // What is installed must not start as a service of its own: init scripts do not in runlevel 1.
    env: { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' },
  })
  const installed = find(name)
  if (installed !== undefined) return installed
  throw new Error(`${name} is missing: install it (Debian, Ubuntu: apt-get install ${name})`)
}

/** Servers lie in /usr/sbin, which users who are not root have not in their PATH. */
function find(name: string): string | undefined {
  const isThere = (program: string) => spawnSync(program, ['-v'], { stdio: 'ignore' }).error === undefined
  return [name, `/usr/sbin/${name}`].find(isThere)
}
