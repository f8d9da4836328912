import { expect, test } from 'vitest'
import { type LockFile, lockProblems } from '../gate/lock-file.ts'

const TOOL = 'node_modules/tool'
const builds = {
  'tool-linux-x64': { os: ['linux'], cpu: ['x64'] },
  'tool-linux-arm64': { os: ['linux'], cpu: ['arm64'] },
  'tool-darwin-arm64': { os: ['darwin'], cpu: ['arm64'] },
  'tool-win32-x64': { os: ['win32'], cpu: ['x64'] },
}

function lockWith(names: string[], folder = 'node_modules', wanted = Object.keys(builds)): LockFile {
  const optionalDependencies = Object.fromEntries(wanted.map((name) => [name, '1.0.0']))
  const entries = Object.entries(builds).filter(([name]) => names.includes(name))
  const packages = Object.fromEntries(entries.map(([name, entry]) => [`${folder}/${name}`, entry]))
  return { packages: { '': {}, [TOOL]: { optionalDependencies }, ...packages } }
}

test('a native tool with a build for every platform passes, wherever npm put the builds', () => {
  expect(lockProblems(lockWith(Object.keys(builds)))).toEqual([])
  expect(lockProblems(lockWith(Object.keys(builds), `${TOOL}/node_modules`))).toEqual([])
})

test('a build that the lock file left out is named', () => {
  const lock = lockWith(['tool-linux-x64', 'tool-linux-arm64', 'tool-win32-x64'])
  expect(lockProblems(lock)).toEqual([
    `${TOOL}: tool-darwin-arm64 is not in the lock file`,
    `${TOOL}: no build for darwin in the lock file`,
  ])
})

test('a native tool that never had a build for a platform is named', () => {
  const names = ['tool-linux-x64', 'tool-darwin-arm64']
  expect(lockProblems(lockWith(names, 'node_modules', names))).toEqual([
    `${TOOL}: no build for win32 in the lock file`,
    `${TOOL}: no build for linux-arm64 in the lock file`,
  ])
})

test('a package for one platform alone needs no others', () => {
  const packages = { [TOOL]: { optionalDependencies: { watcher: '1' } }, 'node_modules/watcher': { os: ['darwin'] } }
  expect(lockProblems({ packages })).toEqual([])
})

test('an entry that names a registry is refused, a link to a workspace is not', () => {
  const packages = {
    'node_modules/a': { resolved: 'https://registry.example/a.tgz' },
    'node_modules/@opscore/host': { resolved: 'packages/host', link: true },
  }
  expect(lockProblems({ packages })).toEqual(['node_modules/a: names a registry, https://registry.example/a.tgz'])
})
