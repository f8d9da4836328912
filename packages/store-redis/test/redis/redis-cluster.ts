/** Three masters of a Redis Cluster, each a process on a free port. */
import { spawnSync } from 'node:child_process'
import { freePort } from '@opscore/host'
import { type RedisProcess, startRedis } from './redis-process.ts'

export interface RedisCluster extends AsyncDisposable {
  readonly url: string
  readonly nodes: readonly RedisProcess[]
  empty(): void
}

const MASTERS = 3
/** Nodes talk to each other on a port 10,000 above their own. */
const HIGHEST_PORT = 55_000
const FORMED = 30_000

export async function startRedisCluster(settings: Record<string, string> = {}): Promise<RedisCluster> {
  await using resources = new AsyncDisposableStack()
  const nodes: RedisProcess[] = []
  for (let n = 0; n < MASTERS; n++) {
    const own = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000', ...settings }
    nodes.push(resources.use(await startRedis(own, await lowPort())))
  }
  const places = nodes.map(({ port }) => `127.0.0.1:${port}`)
  const formed = spawnSync('redis-cli', ['--cluster', 'create', ...places, '--cluster-yes'], { encoding: 'utf8' })
  if (formed.status !== 0) throw new Error(`The Cluster was not formed: ${formed.stdout}${formed.stderr}`)
  await everyNode(nodes)
  const owned = resources.move()
  return {
    url: `redis+cluster://${places.slice(0, 2).join(',')}`,
    nodes,
    empty() {
      for (const node of nodes) node.cli('FLUSHALL')
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Each of them must have heard that the Cluster is whole. */
async function everyNode(nodes: readonly RedisProcess[]): Promise<void> {
  const deadline = Date.now() + FORMED
  while (!nodes.every((node) => node.cli('CLUSTER', 'INFO').includes('cluster_state:ok'))) {
    if (Date.now() > deadline) throw new Error('The Cluster is not whole')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function lowPort(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port < HIGHEST_PORT) return port
  }
}
