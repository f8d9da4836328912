/** A BullMQ worker with the options of Ops-Core's wake queue, whose jobs are done at once. */
import { Worker } from 'bullmq'
import { QUEUE_PREFIX } from '../harness/work/job-count.ts'
import { serve } from './serve.ts'

const { REDIS_URL = '', QUEUE = '' } = process.env
const worker = new Worker(QUEUE, async () => {}, {
  connection: { url: REDIS_URL, maxRetriesPerRequest: null },
  prefix: QUEUE_PREFIX,
  concurrency: 64,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
})
await worker.waitUntilReady()
serve({ url: REDIS_URL, close: () => worker.close() })
