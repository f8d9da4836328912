import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { wait } from '@opscore/contract/time'
import { freePort } from '@opscore/host'
import { usageOf } from '../process-usage.ts'

/** A redis-server of the benchmark's own: everything is appended to a log that is flushed every second. */
export interface RedisServer extends AsyncDisposable {
  url: string
  /** Events in the logs of all partitions. */
  events(): number
  /** How many sessions there are with each status, over all partitions. */
  sessions(): { status: string; count: number }[]
  /** Of all threads since the start, in milliseconds. */
  cpu(): number
  /** What redis-cli prints, without the line's end. */
  cli(...args: string[]): string
}

const STARTED = 10_000

/** `directory` is for its data. Throws where there is no redis-server, with the way out. */
export async function startRedisServer(directory: string): Promise<RedisServer> {
  const port = await freePort()
  const child = spawn(
    'redis-server',
    [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'],
    ],
    { stdio: 'ignore' },
  )
  const failed = once(child, 'error').then(() => {
    throw new Error('This benchmark needs redis-server: install it (Debian, Ubuntu: apt-get install redis-server)')
  })
  failed.catch(() => {})
  const cli = (...args: string[]) =>
    spawnSync('redis-cli', ['-p', String(port), ...args], { encoding: 'utf8' }).stdout.trimEnd()
  const keysLike = (pattern: string) =>
    cli('--scan', '--pattern', pattern)
      .split('\n')
      .filter((key) => key !== '')
  await Promise.race([failed, untilAnswered(() => cli('PING').startsWith('PONG'))])
  return {
    url: `redis://127.0.0.1:${port}`,
    cli,
    cpu: () => usageOf(child.pid ?? 'self').cpu,
    events: () => keysLike('opscore:{p*}:log').reduce((sum, key) => sum + Number(cli('XLEN', key)), 0),
    sessions() {
      const counts = new Map<string, number>()
      for (const key of keysLike('opscore:{p*}:ss:*')) {
        const status = key.slice(key.lastIndexOf(':') + 1)
        counts.set(status, (counts.get(status) ?? 0) + Number(cli('ZCARD', key)))
      }
      return [...counts].map(([status, count]) => ({ status, count }))
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

async function untilAnswered(answers: () => boolean): Promise<void> {
  const deadline = performance.now() + STARTED
  while (!answers()) {
    if (performance.now() > deadline) throw new Error('redis-server does not answer')
    await wait(50)
  }
}
