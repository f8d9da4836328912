/** The only place where adapters meet ports. */
import { createOutbound, type Log, networkPolicy } from '@opscore/host'
import { createAgentLink } from './adapters/agent-http/agent-link.ts'
import { createLocalBroadcast } from './adapters/memory/local-broadcast.ts'
import { createMemoryKeyStore } from './adapters/memory/memory-key-store.ts'
import { createMemoryStore } from './adapters/memory/memory-store.ts'
import { createTimerWakeQueue } from './adapters/memory/timer-wake-queue.ts'
import { openSqliteStore } from './adapters/sqlite/sqlite-store.ts'
import { systemClock } from './adapters/system-clock.ts'
import { systemIds } from './adapters/system-ids.ts'
import type { ServerSettings } from './config.ts'
import { createEngine } from './engine/create-engine.ts'
import type { Engine } from './engine/engine.ts'
import { createKeyRegistry } from './engine/key-registry.ts'
import type { KeyStore } from './ports/key-store.ts'
import type { Store } from './ports/store.ts'

/** How many messages go to AgentKit at once (reliability.md, "outbound to agents"). */
const AGENTKIT_AT_ONCE = 256

/** Puts Ops-Core together over the store that the settings name. What is disposed of closes in turn. */
export async function compose({ settings, log }: { settings: ServerSettings; log: Log }) {
  await using resources = new AsyncDisposableStack()
  const { store, keyStore } = await openStores(settings, log)
  resources.defer(() => store.close())
  const registry = createKeyRegistry({ store: keyStore, clock: systemClock, ids: systemIds, log })
  resources.defer(() => registry.close())
  const outbound = resources.use(
    createOutbound({
      policy: networkPolicy(settings.agentNetworks),
      // Every message that waits is in the outbox already; turning one away would cost its task an attempt.
      queueLimit: Number.POSITIVE_INFINITY,
      originLimits: settings.agentKitUrl ? { [new URL(settings.agentKitUrl).origin]: AGENTKIT_AT_ONCE } : {},
    }),
  )
  const { agentKitUrl, agentKitKey } = settings
  const link = createAgentLink({
    outbound,
    log,
    ...(agentKitUrl ? { agentKitUrl } : {}),
    ...(agentKitKey ? { agentKitKey } : {}),
  })
  resources.defer(() => link.close())
  const broadcast = createLocalBroadcast()
  resources.defer(() => broadcast.close())
  const engine: Engine = createEngine({
    store,
    link,
    log,
    wakeQueue: createTimerWakeQueue({ clock: systemClock }),
    broadcast,
    clock: systemClock,
    ids: systemIds,
    retention: { agentEvents: settings.agentHistory, sessions: settings.sessionHistory },
  })
  resources.defer(() => engine.close())
  const running = resources.move()
  return { engine, registry, clock: systemClock, close: () => running.disposeAsync() }
}

async function openStores(settings: ServerSettings, log: Log): Promise<{ store: Store; keyStore: KeyStore }> {
  if (settings.storage === 'memory') {
    return { store: createMemoryStore({ clock: systemClock, log }), keyStore: createMemoryKeyStore() }
  }
  const store = await openSqliteStore({ dataDir: settings.dataDir, log })
  return { store, keyStore: store.keys }
}
