import type { Log } from '@opscore/engine/store'
import type { JobsOptions, Queue } from 'bullmq'

export interface AskedJob {
  name: string
  data: object
  opts: JobsOptions & { jobId: string }
}

/** Beyond these nothing more is kept for a Redis that is away: what is due is found again in the store. */
const MAX_WAITING = 10_000

/** A call of Redis for each, which does nothing else meanwhile. */
const AT_ONCE = 500

/** Jobs on their way to the queue: those that are asked for in one turn, or while others are sent, go together. */
export function createJobBuffer(queue: Queue, log: Log) {
  const waiting = new Map<string, AskedJob>()
  let scheduled = false
  let sending: Promise<void> | null = null

  async function send(): Promise<void> {
    const asked = [...waiting.entries().take(AT_ONCE)]
    const jobs = asked.map(([key, job]) => {
      waiting.delete(key)
      return job
    })
    try {
      await queue.addBulk(jobs)
    } catch (error) {
      log.debug({ jobs: jobs.length, error: String(error) }, 'Wake-ups were lost; what is due is found in the store')
    }
  }

  function flush(): void {
    scheduled = false
    if (sending || waiting.size === 0) return
    sending = send().finally(() => {
      sending = null
      flush()
    })
  }

  return {
    /** In place of one that was asked for under the same key and has not left yet. */
    add(job: AskedJob, key = job.opts.jobId): void {
      if (waiting.size < MAX_WAITING) waiting.set(key, job)
      if (scheduled) return
      scheduled = true
      setImmediate(flush)
    },
    /** Resolves when what was asked for is sent, or lost. */
    async close(): Promise<void> {
      flush()
      while (sending) await sending
    },
  }
}
