/** Two processes that answer requests and two that take sessions on, over one Redis that writes its log at once. */
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@opscore/host'
import { openRedisStore } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import type { Dice } from '../../../engine/test/sim/virtual-world.ts'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { CRASH_ENVIRONMENT, crashLog, endAndStart, type Topology } from './crash-topology.ts'
import { type ServeProcess, startProcess } from './serve-process.ts'

const ROLES = ['api', 'api', 'worker', 'worker'] as const
/** How often Redis is killed and started again in the course of a run. */
const REDIS_KILLS = 2

export async function startOverRedis(
  resources: AsyncDisposableStack,
  { dataDir, kills }: { dataDir: string; kills: number },
): Promise<Topology> {
  const redis = resources.use(await startRedis({ appendonly: 'yes', appendfsync: 'always' }))
  const processes: ServeProcess[] = []
  for (const role of ROLES) {
    const env = {
      ...CRASH_ENVIRONMENT,
      OPSCORE_STORAGE_TYPE: 'redis',
      OPSCORE_REDIS_URL: redis.url,
      OPSCORE_ROLE: role,
    }
    processes.push(resources.use(await startProcess('serve', { port: await freePort(), dataDir, env })))
  }
  const apis = processes.filter((_, index) => ROLES[index] === 'api')
  const redisDies = new Set(
    Array.from({ length: REDIS_KILLS }, (_, n) => Math.ceil((kills * (n + 1)) / (REDIS_KILLS + 1))),
  )
  let calls = 0
  let harms = 0
  return {
    url: () => apis[calls++ % apis.length]?.url ?? '',
    agentKit: null,
    async harm(dice, signal) {
      harms += 1
      if (redisDies.has(harms)) await restart(redis, dice)
      const victim = dice.pick(processes)
      if (dice.chance(0.2)) return freeze(victim, dice)
      return [await endAndStart(victim, dice, signal)]
    },
    end: () => Promise.all(processes.map((each) => each.end('SIGTERM'))),
    openStore: () => openRedisStore({ address: readRedisUrl(redis.url), partitions: 1, log: crashLog }),
  }
}

async function restart(redis: RedisProcess, dice: Dice): Promise<void> {
  await redis.kill()
  await pause(dice.between(0, 1_000))
  await redis.start()
}

/** It goes on in the middle of what it did, though others may have done it meanwhile. */
async function freeze(victim: ServeProcess, dice: Dice): Promise<never[]> {
  victim.stop()
  await pause(dice.between(1_000, 4_000))
  victim.resume()
  return []
}
