/**
 * The lock file serves every platform and every registry. A native tool ships one package for each platform; npm leaves
 * out those that the registry lacked when the lock file was made, and `npm ci` then breaks there and nowhere else.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT, type Step } from './step.ts'

interface LockEntry {
  resolved?: string
  link?: boolean
  os?: string[]
  cpu?: string[]
  optionalDependencies?: Record<string, string>
}

export interface LockFile {
  packages: Record<string, LockEntry>
}

const PLATFORMS = [
  { name: 'darwin', fits: (entry: LockEntry) => entry.os?.includes('darwin') },
  { name: 'win32', fits: (entry: LockEntry) => entry.os?.includes('win32') },
  { name: 'linux-arm64', fits: (entry: LockEntry) => entry.os?.includes('linux') && entry.cpu?.includes('arm64') },
]

/** What is wrong with a lock file, a line for each. */
export function lockProblems({ packages }: LockFile): string[] {
  return Object.entries(packages).flatMap(([path, entry]) => [
    ...(entry.resolved && !entry.link ? [`${path}: names a registry, ${entry.resolved}`] : []),
    ...platformProblems(path, entry, packages),
  ])
}

function platformProblems(path: string, { optionalDependencies = {} }: LockEntry, packages: LockFile['packages']) {
  const builds = Object.keys(optionalDependencies).map((name) => ({ name, entry: find(name, path, packages) }))
  const missing = builds.filter(({ entry }) => !entry).map(({ name }) => `${path}: ${name} is not in the lock file`)
  const native = builds.flatMap(({ entry }) => (entry?.os ? [entry] : []))
  // A package for one platform alone, such as a file watcher, has no builds for others.
  if (!native.some((entry) => entry.os?.includes('linux'))) return missing
  const lacking = PLATFORMS.filter(({ fits }) => !native.some(fits))
  return [...missing, ...lacking.map(({ name }) => `${path}: no build for ${name} in the lock file`)]
}

/** The entry a package at `path` gets for `name`: the nearest folder that holds it. */
function find(name: string, path: string, packages: LockFile['packages']): LockEntry | undefined {
  for (let folder = path; ; folder = folder.replace(/\/?(node_modules\/)?(@[^/]+\/)?[^/]+$/, '')) {
    const entry = packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]
    if (entry || folder === '') return entry
  }
}

export const lockFile: Step = {
  name: 'lock file: every platform, no registry',
  async run() {
    const lock: LockFile = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'))
    return lockProblems(lock).join('\n')
  },
}
