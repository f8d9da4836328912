/** What somebody installs: the tarballs, unpacked where npm would, beside the dependencies of this repository. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRedis } from '../../../packages/store-redis/test/redis/redis-process.ts'
import { ROOT } from '../../gate/step.ts'
import { packFolder, type Tarball } from '../../packing/pack-folder.ts'
import { stagePackages } from '../../packing/stage-packages.ts'

const NAMES = readdirSync(join(ROOT, 'packages'))
let folder: string
let packed: Map<string, Tarball>
let program: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'opscore-packed-'))
  const staged = await stagePackages(folder)
  packed = new Map(staged.map((each) => [basename(each), packFolder(each, folder)]))
  program = install(join(folder, 'app', 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Dependencies are links to what is installed here; ours are files, so that Node sees them below node_modules. */
function install(modules: string): string {
  mkdirSync(join(modules, '@opscore'), { recursive: true })
  const others = readdirSync(join(ROOT, 'node_modules')).filter((name) => name !== '@opscore' && !name.startsWith('.'))
  for (const name of others) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  for (const [name, { path }] of packed) {
    const target = join(modules, '@opscore', name)
    mkdirSync(target)
    const { status, stderr } = spawnSync('tar', ['-xzf', path, '-C', target, '--strip-components=1'])
    if (status !== 0) throw new Error(String(stderr))
  }
  return join(modules, '@opscore', 'cli', 'bin', 'opscore.js')
}

describe.each(NAMES)('the package %s', (name) => {
  it('has all that its source reads beside it, and no TypeScript, test or data', () => {
    const from = join(ROOT, 'packages', name)
    const beside = globSync('src/**/*.*', { cwd: from }).filter((path) => !path.endsWith('.ts'))
    const files = packed.get(name)?.files ?? []
    expect(files).toEqual(expect.arrayContaining([...beside, 'LICENSE', 'package.json']))
    expect(files.filter((path) => /(?<!\.d)\.ts$|^test\/|\.tsbuildinfo$/.test(path))).toEqual([])
    expect(files.length).toBeGreaterThan(beside.length + 3)
  })
})

it('the store in Redis has its scripts, and the server the sample', () => {
  const files = packed.get('store-redis')?.files ?? []
  expect(files.filter((path) => path.endsWith('.lua')).length).toBeGreaterThan(10)
  expect(packed.get('server')?.files).toContain('docs/sample_workflow.json')
})

it('the page is built, and none of its sources is there', () => {
  const files = packed.get('dashboard')?.files ?? []
  expect(files).toEqual(expect.arrayContaining(['dist/index.html', 'dist/.built']))
  expect(files.filter((path) => path.startsWith('page/'))).toEqual([])
})

describe('the program', () => {
  it('takes the sample to its end with Ops-Core over SQLite, AgentKit and agents', async () => {
    const args = ['dev', '--once', '--port', '0', '--agentkit-port', '0', '--data-dir', join(folder, 'dev')]
    const { status, stdout, stderr } = await run(args)
    expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: expect.stringContaining('completed') })
  })

  it.each(['all', 'worker'])('starts over a real Redis as %s', async (role) => {
    await using redis = await startRedis()
    const env = { OPSCORE_STORAGE_TYPE: 'redis', OPSCORE_REDIS_URL: redis.url, OPSCORE_API_KEY: 'key' }
    const args = [program, 'serve', '--role', role, '--port', '0', '--data-dir', join(folder, role)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: environment(env) })
    let errors = ''
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      errors += text
    })
    const said = await Promise.race([once(child, 'message'), once(child, 'exit')])
    expect({ said, errors }).toEqual({ said: [{ type: 'ready' }, undefined], errors: '' })
    expect(redis.cli('ZCARD', 'opscore:{w}:ids')).toBe(role === 'worker' ? '0' : '1')
    expect(await ended(child, 'SIGTERM')).toEqual([0, null])
  })
})

const environment = (env: Record<string, string>) => ({ PATH: process.env.PATH, HOME: folder, ...env })

async function run(args: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: environment({}) })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text
    })
  }
  const [status] = await once(child, 'close')
  return { status, ...output }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown[]> {
  const exit = once(child, 'exit')
  child.kill(signal)
  return await exit
}
