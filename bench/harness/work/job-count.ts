import { join } from 'node:path'
import { wait } from '@opscore/contract/time'
import type { RedisServer } from '../servers/redis-server.ts'

/** Of all queues that are measured: as Ops-Core calls its own. */
export const QUEUE_PREFIX = '{opscore}'

const script = join(import.meta.dirname, 'job-count.lua')
/** More than a round has, so that none is trimmed before it was counted. */
const MAX_EVENTS = 10_000_000
/** How long jobs may take to end, and how often it is looked whether they have; in milliseconds. */
const PATIENCE = 60_000
const LOOK = 200

/** Jobs of a BullMQ queue, by what its own events say. */
export interface JobCount {
  /**
   * Resolves when no job waits and none is at work: with how many have ended since it was asked last, and when the last one
   * did, in epoch milliseconds. Throws if one failed.
   */
  ended(): Promise<{ jobs: number; at: number }>
}

/** To be called when all workers of the queue have started: each sets how many events are kept. */
export async function createJobCount(redis: RedisServer, name: string): Promise<JobCount> {
  const key = (part: string) => `${QUEUE_PREFIX}:${name}:${part}`
  redis.cli('HSET', key('meta'), 'opts.maxLenEvents', String(MAX_EVENTS))

  const atWork = () => ['wait', 'active'].reduce((sum, list) => sum + Number(redis.cli('LLEN', key(list))), 0)

  async function ended() {
    const deadline = performance.now() + PATIENCE
    while (atWork() > 0) {
      if (performance.now() > deadline) throw new Error(`${atWork()} jobs of ${name} have not ended`)
      await wait(LOOK)
    }
    const [jobs = 0, failed = 0, at = 0] = redis.cli('--eval', script, key('events')).split('\n').map(Number)
    if (failed > 0) throw new Error(`${failed} jobs of ${name} have failed`)
    return { jobs, at }
  }

  await ended()
  return { ended }
}
