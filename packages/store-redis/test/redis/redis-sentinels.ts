/** A master, a replica of it, and Sentinels that make the replica the master when it dies; each a process on a free port. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@opscore/host'
import { type RedisProcess, startRedis } from './redis-process.ts'

export interface WatchedRedis extends AsyncDisposable {
  readonly url: string
  readonly master: RedisProcess
  readonly replica: RedisProcess
}

const SENTINELS = 3
const NAME = 'opscore-master'
/** After so long without an answer a master is taken for dead; milliseconds. */
const DOWN_AFTER = 500
const SYNCED = 30_000

export async function startWatchedRedis(settings: Record<string, string> = {}): Promise<WatchedRedis> {
  await using resources = new AsyncDisposableStack()
  const master = resources.use(await startRedis(settings))
  const replica = resources.use(await startRedis({ ...settings, replicaof: `127.0.0.1 ${master.port}` }))
  const places: string[] = []
  for (let n = 0; n < SENTINELS; n++) {
    const { port, end } = await startSentinel(master.port)
    resources.defer(end)
    places.push(`127.0.0.1:${port}`)
  }
  await until(() => replica.cli('INFO', 'replication').includes('master_link_status:up'))
  const owned = resources.move()
  return {
    url: `redis+sentinel://${places.join(',')}/${NAME}`,
    master,
    replica,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function startSentinel(masterPort: number): Promise<{ port: number; end: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'opscore-sentinel-'))
  const port = await freePort()
  const file = join(dir, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} ${Math.ceil(SENTINELS / 2)}`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER}`,
    `sentinel failover-timeout ${NAME} 2000`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  return {
    port,
    async end() {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit')
        child.kill('SIGKILL')
        await exit
      }
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + SYNCED
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('The replica does not follow its master')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
