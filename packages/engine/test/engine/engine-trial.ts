import { createEngine, type EngineParts } from '../../src/create-engine.ts'
import { createLocalBroadcast } from '../../src/local/local-broadcast.ts'
import { createTimerWakeQueue } from '../../src/local/timer-wake-queue.ts'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { AgentLink } from '../../src/ports/agent-link.ts'
import type { Store } from '../../src/ports/store.ts'
import { createDice, createSeededIds, createVirtualClock, type VirtualClock } from '../sim/virtual-world.ts'
import { silentLog } from './silent-log.ts'

const DAY = 24 * 3_600_000

/** A started engine in virtual time, alone over its store, with what agents say to it. `link` is the way to them. */
export async function startEngine(parts: {
  link: Pick<AgentLink, 'deliver'> & Partial<AgentLink>
  clock?: VirtualClock
  store?: Store
  ids?: EngineParts['ids']
}) {
  const { clock = createVirtualClock(0), ids = createSeededIds(createDice(1)) } = parts
  const store = parts.store ?? createMemoryStore({ clock, log: silentLog })
  const engine = createEngine({
    store,
    link: { probe: async () => true, close: async () => {}, ...parts.link },
    clock,
    ids,
    wakeQueue: createTimerWakeQueue({ clock }),
    broadcast: createLocalBroadcast(),
    log: silentLog,
    retention: { agentEvents: DAY, sessions: DAY },
  })
  await engine.start()

  const report = (agentId: string, state: string) =>
    engine.reportState(agentId, { agentId, state, timestamp: new Date(0).toISOString(), details: null })

  async function register(agentId: string, capabilities: string[] = []): Promise<void> {
    const contactEndpoint = `http://${agentId}`
    const details = { agentName: agentId, version: '1', capabilities, contactEndpoint, metadata: null }
    await engine.registerAgent({ agentId, ...details })
  }

  /** Registers, and is idle. */
  async function join(agentId: string, capabilities: string[] = []): Promise<void> {
    await register(agentId, capabilities)
    await report(agentId, 'idle')
  }

  return { engine, store, report, register, join, pass: (ms: number) => clock.runUntil(clock.now() + ms) }
}
