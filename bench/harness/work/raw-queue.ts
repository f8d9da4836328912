import { Queue } from 'bullmq'
import { type ChildServer, startChildServer } from '../servers/child-server.ts'
import type { RedisServer } from '../servers/redis-server.ts'
import { createJobCount, QUEUE_PREFIX } from './job-count.ts'

/** Jobs of one call, as Ops-Core's queue adds them at most. */
const AT_ONCE = 500
const RETRY = { attempts: 10, backoff: { type: 'fixed', delay: 1_000 } }

/** BullMQ alone: this process adds jobs, others do nothing with them. */
export interface RawQueue extends AsyncDisposable {
  /** Adds so many as fast as they are taken, and waits for their end. Returns jobs a second. Throws where one is lost. */
  run(jobs: number): Promise<number>
}

export async function startRawQueue(redis: RedisServer, { workers }: { workers: number }): Promise<RawQueue> {
  await using resources = new AsyncDisposableStack()
  const name = `raw-${workers}`
  const queue = new Queue(name, { connection: { url: redis.url }, prefix: QUEUE_PREFIX })
  resources.defer(() => queue.close())
  await queue.waitUntilReady()
  for (let started = 0; started < workers; started += 1) {
    const env = { REDIS_URL: redis.url, QUEUE: name }
    resources.use<ChildServer>(await startChildServer({ entry: 'no-op-jobs.ts', env }))
  }
  const count = await createJobCount(redis, name)
  const running = resources.move()
  let made = 0

  return {
    async run(jobs) {
      const begin = Date.now()
      for (let left = jobs; left > 0; left -= AT_ONCE) {
        await queue.addBulk(Array.from({ length: Math.min(left, AT_ONCE) }, () => jobOf(made++)))
      }
      const ended = await count.ended()
      if (ended.jobs !== jobs) throw new Error(`${jobs} jobs were added, but ${ended.jobs} have ended`)
      return (jobs * 1000) / (ended.at - begin)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** What a wake-up is made of. */
function jobOf(version: number) {
  const id = '019b7a52-6f2e-7c6f-9f4a-7a3f6f0f6f11'
  const data = { kind: 'session', id, version, at: Date.now() }
  return { name: 'wake', data, opts: { ...RETRY, jobId: `session-${id}-${version}` } }
}
