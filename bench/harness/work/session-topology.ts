import { type ChildServer, startChildServer } from '../servers/child-server.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from '../servers/ops-core-server.ts'
import { startRedisServer } from '../servers/redis-server.ts'
import { agentIdOf, connectApi } from './fleet.ts'
import { createJobCount } from './job-count.ts'
import { createSessionRunner } from './session-runner.ts'

/** Sessions open at a time, and agents that answer. */
const AT_ONCE = 64
const WARM_UP = 1_000
const WORKFLOW = 'sample_workflow_id'
/** The name of Ops-Core's queue (bull-wake-queue.ts). */
const QUEUE = 'wake-ups'

export interface SessionRound {
  perSecond: number
  /** Of all processes that take requests, of all workers, and of redis-server; milliseconds a session. */
  cpu: { api: number; workers: number; redis: number }
  /** That were handled until none was left. */
  wakeUps: number
  wakeUpsPerSecond: number
}

/** Ops-Core in several processes over a redis-server of its own, with a fleet that answers at once. */
export interface SessionTopology extends AsyncDisposable {
  name: string
  round(sessions: number): Promise<SessionRound>
  /** Throws unless the store holds what was run and nothing else, all completed. */
  checkAllCompleted(): void
}

/** Without workers one process does everything; with them another takes the requests. */
export async function startSessionTopology({ workers }: { workers: number }): Promise<SessionTopology> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(createDataFolder())
  const redis = resources.use(await startRedisServer(folder.path))
  const start = async (role: string): Promise<ChildServer> => {
    const storage = { OPSCORE_STORAGE_TYPE: 'redis', OPSCORE_REDIS_URL: redis.url }
    return resources.use(await startOpsCoreServer(folder.path, { ...storage, OPSCORE_ROLE: role }))
  }
  const front = await start(workers === 0 ? 'all' : 'api')
  const back: ChildServer[] = []
  for (let started = 0; started < workers; started += 1) back.push(await start('worker'))
  const env = { OPSCORE_API_URL: front.url, OPSCORE_API_KEY: API_KEY, AGENTS: String(AT_ONCE) }
  resources.use(await startChildServer({ entry: 'agents.ts', env }))
  const api = resources.use(connectApi({ url: front.url, apiKey: API_KEY }))
  const agentIds = Array.from({ length: AT_ONCE }, (_, index) => agentIdOf(index))
  const client = { url: front.url, apiKey: API_KEY, api, agentIds, workflowId: WORKFLOW }
  const runner = resources.use(await createSessionRunner(client))
  await runner.run(WARM_UP, AT_ONCE)
  const count = await createJobCount(redis, QUEUE)
  const running = resources.move()
  let expected = WARM_UP

  const reading = () => ({
    api: front.cpu(),
    workers: back.reduce((sum, worker) => sum + worker.cpu(), 0),
    redis: redis.cpu(),
  })

  return {
    name: workers === 0 ? 'one process' : `api + ${workers} worker${workers === 1 ? '' : 's'}`,
    async round(sessions) {
      const before = reading()
      const begin = performance.now()
      await runner.run(sessions, AT_ONCE)
      const seconds = (performance.now() - begin) / 1000
      const after = reading()
      const { jobs } = await count.ended()
      expected += sessions
      return {
        perSecond: sessions / seconds,
        cpu: {
          api: (after.api - before.api) / sessions,
          workers: (after.workers - before.workers) / sessions,
          redis: (after.redis - before.redis) / sessions,
        },
        wakeUps: jobs,
        wakeUpsPerSecond: jobs / seconds,
      }
    },
    checkAllCompleted() {
      const sessions = redis.sessions()
      const completed = sessions.find((each) => each.status === 'completed')?.count ?? 0
      const total = sessions.reduce((sum, { count: each }) => sum + each, 0)
      if (completed === expected && total === expected) return
      throw new Error(`${expected} sessions should be completed, but there are ${JSON.stringify(sessions)}`)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
