import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { freePort } from '@opscore/host'
import { agentMember, local, redisMember } from '../../deploy/topology/members.ts'
import { startMembers } from '../../deploy/topology/start-members.ts'
import type { Scenario, Storage } from '../plan.ts'
import { makeKey } from './make-key.ts'
import type { Target } from './target.ts'

/** Ops-Core and what belongs to it, all of it this run's own. */
export interface Stand extends Target, AsyncDisposable {
  /** Its scope is `metrics`. */
  metricsKey: string
  /** Process ids by name: `opscore`, and where they are there `redis`, `agentkit`, `agent-1` and so on. */
  pids: ReadonlyMap<string, number>
  redisPort?: number
  kill(): void
}

/** The sample's two steps go to different agents; each has room for far more than its share. */
const AGENTS = ['test_capability', 'another_capability', 'test_capability,another_capability']
const PLACES = 64

const COLLECT_RUBBISH = new URL('./collect-rubbish.ts', import.meta.url).href

export interface StandOptions {
  scenario: Pick<Scenario, 'startsWorkflows' | 'liftsLimits'> & Partial<Pick<Scenario, 'watchesMemory'>>
  storage: Storage
  /** For data, which is removed when the stand is. */
  data: string
  logs: string
  signal: AbortSignal
}

/**
 * Starts Ops-Core on free ports with every default but, for a stress test, the limits. Resolves when it is ready and every
 * agent has reported `idle`.
 */
export async function startStand({ scenario, storage, data, logs, signal }: StandOptions): Promise<Stand> {
  await using resources = new AsyncDisposableStack()
  mkdirSync(data, { recursive: true })
  resources.defer(() => rmSync(data, { recursive: true, force: true }))
  const members = resources.use(startMembers({ folder: logs, signal }))
  const ports = await freePorts(3 + AGENTS.length)
  const [redisPort = 0, port = 0, agentKit = 0, ...agentPorts] = ports
  const rootKey = randomBytes(32).toString('hex')
  const secrets = { OPSCORE_WEBHOOK_SECRET: randomBytes(32).toString('hex') }
  const url = local(port)
  const agentKitUrl = scenario.startsWorkflows ? local(agentKit) : ''
  const opsCoreEnv = { ...SHIPPED, ...secrets, OPSCORE_API_KEY: rootKey, AGENTKIT_API_URL: agentKitUrl }

  if (storage === 'redis') await members.start([redisMember(redisPort, data)])
  await members.start([
    {
      name: 'opscore',
      args: ['serve', '--port', String(port), '--data-dir', data],
      env: {
        ...opsCoreEnv,
        ...(scenario.liftsLimits ? { OPSCORE_RATE_LIMIT: 'off' } : {}),
        ...(scenario.watchesMemory ? { NODE_OPTIONS: `--import=${COLLECT_RUBBISH}` } : {}),
        OPSCORE_STORAGE_TYPE: storage,
        OPSCORE_REDIS_URL: storage === 'redis' ? `redis://127.0.0.1:${redisPort}` : '',
      },
    },
  ])
  if (scenario.startsWorkflows) {
    const notify = `${url}/v1/opscore/internal/agent/notify`
    const args = ['agentkit', '--port', String(agentKit), '--data-dir', data]
    const env = { ...secrets, OPSCORE_WEBHOOK_URL: notify, AGENTKIT_HOST: '127.0.0.1', LOG_LEVEL: 'info' }
    await members.start([{ name: 'agentkit', args, env }])
    const agentEnv = {
      OPSCORE_API_KEY: rootKey,
      OPSCORE_API_URL: url,
      AGENTKIT_API_URL: agentKitUrl,
      LOG_LEVEL: 'info',
    }
    await members.start(
      AGENTS.map((capabilities, index) =>
        agentMember({
          name: `agent-${index + 1}`,
          port: agentPorts[index] ?? 0,
          capabilities,
          env: agentEnv,
          places: PLACES,
        }),
      ),
    )
  }
  const load = await makeKey({ url, apiKey: rootKey }, ['agents', 'read', 'trigger'], signal)
  const metrics = await makeKey({ url, apiKey: rootKey }, ['metrics'], signal)
  const running = resources.move()
  return {
    url,
    apiKey: load,
    metricsKey: metrics,
    pids: new Map([...members.processes].map(([name, { pid }]) => [name, pid])),
    ...(storage === 'redis' ? { redisPort } : {}),
    kill: members.kill,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** What the shell that starts us has set for another Ops-Core must not reach this one. */
const SHIPPED = {
  OPSCORE_HOST: '127.0.0.1',
  OPSCORE_ROLE: 'all',
  OPSCORE_RATE_LIMIT: '200',
  OPSCORE_AGENT_NETWORKS: '',
  OPSCORE_WEBHOOK_ALLOW_UNSIGNED: 'false',
  OPSCORE_WORKFLOWS: '',
  OPSCORE_SHUTDOWN_DELAY: '0s',
  LOG_LEVEL: 'info',
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await freePort({ except: ports }))
  return [...ports]
}
