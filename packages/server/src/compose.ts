/** The only place where adapters meet ports. */
import {
  type Broadcast,
  createEngine,
  createKeyRegistry,
  createLocalBroadcast,
  createMemoryKeyStore,
  createMemoryStore,
  createTimerWakeQueue,
  type Engine,
  type KeyStore,
  type Store,
  systemClock,
  systemIds,
  type WakeQueue,
} from '@opscore/engine'
import { createOutbound, type Log, networkPolicy, TASK_ANSWER_LIMIT, TASK_ANSWERS_AT_ONCE } from '@opscore/host'
import { redisAt } from '@opscore/store-redis/address'
import { openSqliteStore } from '@opscore/store-sqlite'
import manifest from '../package.json' with { type: 'json' }
import { createAgentLink } from './adapters/agent-http/agent-link.ts'
import type { ServerSettings } from './config.ts'

/** How many messages go to AgentKit at once (reliability.md, "outbound to agents"). */
const AGENTKIT_AT_ONCE = 256

export interface Composition {
  settings: ServerSettings
  log: Log
  /** Ends the wait for a store that is not there yet. */
  signal?: AbortSignal | undefined
}

/** Puts Ops-Core together over the store that the settings name. What is disposed of closes in turn. */
export async function compose(composition: Composition) {
  const { settings, log } = composition
  await using resources = new AsyncDisposableStack()
  const { store, keyStore, broadcast, wakeQueue } = await openStorage(composition, resources)
  const registry = createKeyRegistry({ store: keyStore, clock: systemClock, ids: systemIds, log })
  resources.defer(() => registry.close())
  const policy = networkPolicy(settings.agentNetworks)
  const outbound = resources.use(
    createOutbound({
      policy,
      // Every message that waits is in the outbox already; turning one away would cost its task an attempt.
      queueLimit: Number.POSITIVE_INFINITY,
      originLimits: settings.agentKitUrl ? { [new URL(settings.agentKitUrl).origin]: AGENTKIT_AT_ONCE } : {},
    }),
  )
  const patient = resources.use(
    createOutbound({
      ...TASK_ANSWERS_AT_ONCE,
      policy,
      queueLimit: Number.POSITIVE_INFINITY,
      answerLimit: TASK_ANSWER_LIMIT,
    }),
  )
  const { agentKitUrl, agentKitKey } = settings
  const link = createAgentLink({
    outbound,
    patient,
    log,
    ...(agentKitUrl ? { agentKitUrl } : {}),
    ...(agentKitKey ? { agentKitKey } : {}),
  })
  resources.defer(() => link.close())
  const engine: Engine = createEngine({
    store,
    link,
    log,
    wakeQueue,
    role: settings.role,
    version: manifest.version,
    broadcast,
    clock: systemClock,
    ids: systemIds,
    retention: { agentEvents: settings.agentHistory, sessions: settings.sessionHistory },
  })
  resources.defer(() => engine.close())
  const running = resources.move()
  return { engine, registry, clock: systemClock, close: () => running.disposeAsync() }
}

interface Storage {
  store: Store
  keyStore: KeyStore
  broadcast: Broadcast
  wakeQueue: WakeQueue
}

/** The store, with what goes with it: one process has the rest in itself, several have it in Redis too. */
async function openStorage(composition: Composition, resources: AsyncDisposableStack): Promise<Storage> {
  const { settings, log } = composition
  if (settings.storage === 'redis') return openRedis(composition, resources)
  const { store, keyStore } = settings.storage === 'memory' ? openMemory(log) : await openSqlite(settings, log)
  resources.defer(() => store.close())
  const broadcast = createLocalBroadcast()
  resources.defer(() => broadcast.close())
  return { store, keyStore, broadcast, wakeQueue: createTimerWakeQueue({ clock: systemClock }) }
}

const openMemory = (log: Log) => ({
  store: createMemoryStore({ clock: systemClock, log }),
  keyStore: createMemoryKeyStore(),
})

async function openSqlite({ dataDir }: ServerSettings, log: Log) {
  const store = await openSqliteStore({ dataDir, log })
  return { store, keyStore: store.keys }
}

/** Loaded only where they are used: the clients take memory and time that a single process does without. */
async function openRedis({ settings, log, signal }: Composition, resources: AsyncDisposableStack): Promise<Storage> {
  const [{ openRedisStore, createRedisBroadcast }, { createBullWakeQueue }] = await Promise.all([
    import('@opscore/store-redis'),
    import('@opscore/wake-queue-bullmq'),
  ])
  const address = settings.redisUrl ?? redisAt(settings.redisHost, settings.redisPort)
  const { redisPartitions: partitions, redisStore, dataDir } = settings
  const store = await openRedisStore({
    address,
    partitions,
    dataDir,
    log,
    ...(redisStore ? { store: redisStore } : {}),
    ...(signal ? { signal } : {}),
  })
  resources.defer(() => store.close())
  const broadcast = createRedisBroadcast({ address, log })
  resources.defer(() => broadcast.close())
  return {
    store,
    keyStore: store.keys,
    broadcast,
    wakeQueue: createBullWakeQueue({ address, clock: systemClock, log }),
  }
}
