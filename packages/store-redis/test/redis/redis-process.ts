/** A real redis-server of a test's own, on a free port, in a folder that goes with it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@opscore/host'

export interface RedisProcess extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly dir: string
  /** Resolves when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Freezes it, and lets it go on. */
  stop(): void
  resume(): void
  /** Again on the same port, over what it had written; with `empty` over nothing. */
  start(options?: { empty?: boolean }): Promise<void>
  /** What redis-cli answers, without the line's end. */
  cli(...args: string[]): string
}

const STARTED = 20_000

/** `settings` are those of redis.conf: `{ appendonly: 'yes' }`. */
export async function startRedis(settings: Record<string, string> = {}, port?: number): Promise<RedisProcess> {
  ensureRedis()
  const dir = mkdtempSync(join(tmpdir(), 'opscore-redis-'))
  const own = port ?? (await freePort())
  let child: ChildProcess | null = null

  async function start({ empty = false } = {}): Promise<void> {
    if (empty) rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true })
    const all = { port: String(own), bind: '127.0.0.1', dir, save: '', appendonly: 'no', ...settings }
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])
    child = spawn('redis-server', args, { stdio: 'ignore' })
    await answers(own, child)
  }

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const exit = once(ending, 'exit')
    // One that is frozen takes no other signal than this.
    ending.kill(signal)
    await exit
  }

  await start()
  return {
    port: own,
    url: `redis://127.0.0.1:${own}`,
    dir,
    kill,
    start,
    stop: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    cli: (...args) => {
      const { stdout } = spawnSync('redis-cli', ['-p', String(own), ...args], { encoding: 'utf8' })
      return stdout.trimEnd()
    },
    async [Symbol.asyncDispose]() {
      await kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Installs Debian's `redis-server` where it is missing. Throws with the way out where that is not possible. */
function ensureRedis(): void {
  if (spawnSync('redis-server', ['--version']).error === undefined) return
  const installed = spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'redis-server'], {
    stdio: 'pipe',
  })
  if (installed.status === 0) return
  throw new Error('These tests need redis-server, which is missing: install it (Debian, Ubuntu: apt-get install redis)')
}

/** It loads what it had written before it answers a PING. */
async function answers(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + STARTED
  for (;;) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`)
    if (await pong(port)) return
    if (Date.now() > deadline) throw new Error('redis-server does not answer')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function pong(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')))
    socket.once('error', () => end(false))
    socket.setTimeout(1_000, () => end(false))
  })
}
