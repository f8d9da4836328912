import type { AgentLink } from '../ports/agent-link.ts'
import type { Broadcast } from '../ports/broadcast.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import { createAgentCommands } from './agent-commands.ts'
import { type Agents, createAgents } from './agents.ts'
import { createDefinitions } from './definitions.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import { createEffects } from './effects.ts'
import type { Engine } from './engine.ts'
import { createExplain } from './explain.ts'
import { createFollowUp, createHandOver } from './follow-up.ts'
import { createLineOf } from './lines.ts'
import { createOperations } from './operations.ts'
import { createEventStreams } from './publish.ts'
import { createQueries } from './queries.ts'
import { createRecovery } from './recover.ts'
import { createRouter, type Router } from './router.ts'
import { createSessionCommands } from './session-commands.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createTakeOver } from './take-over.ts'
import { createTrigger } from './trigger.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'
import { createWaker } from './wake-ups.ts'
import { createWorkflowCommands } from './workflow-commands.ts'

export interface EngineParts {
  store: Store
  link: AgentLink
  wakeQueue: WakeQueue
  broadcast: Broadcast
  clock: Clock
  ids: Ids
  log: Log
  /** `api` leaves what follows from its commits to others; for a shared store alone. */
  role?: 'all' | 'api' | 'worker'
  /** Of the program, for people. */
  version?: string
  /** How long history is kept, in milliseconds. */
  retention: { agentEvents: number; sessions: number }
}

/** Puts the engine together. It works only after `start`. */
export function createEngine(parts: EngineParts): Engine {
  const { store, link, wakeQueue, broadcast, clock, log } = parts
  const definitions = createDefinitions({ store, clock })
  // The parts call each other in circles: an agent's commit moves sessions, a session's moves agents.
  const circle: { agents?: Agents; sessions?: Sessions; router?: Router; dispatch?: Dispatch; upkeep?: Upkeep } = {}
  const health = { writable: true }
  const trouble = () => circle.upkeep?.trouble()
  const effects = createEffects({
    store,
    clock,
    log,
    trouble,
    agents: () => there(circle.agents),
    sessions: () => there(circle.sessions),
    router: () => there(circle.router),
    dispatch: () => there(circle.dispatch),
  })
  const isWorker = parts.role !== 'api'
  const followUp = isWorker
    ? createFollowUp({ effects, router: () => there(circle.router) })
    : createHandOver({ wakeQueue, clock })
  const agents = createAgents({ store, health, clock, wakeQueue, followUp })
  const lineOf = createLineOf({ store, agents })
  const sessions = createSessions({ ...parts, health, definitions, lineOf, followUp })
  const router = createRouter({ store, agents, sessions, lineOf, log, trouble })
  Object.assign(circle, { agents, sessions, router, dispatch: createDispatch({ ...parts, agents, sessions }) })
  const recovery = createRecovery({ store, wakeQueue, clock, effects, router })
  const takeOver = store.shared ? createTakeOver({ store, effects, router, lineOf }) : null
  const waker = createWaker({ agents, sessions, link, wakeQueue, clock, log, takeOver })
  const streams = createEventStreams(store)
  const deafen = broadcast.listen(streams.pass)
  const upkeep = createUpkeep({ ...parts, recovery })
  circle.upkeep = upkeep

  let state: 'starting' | 'ready' | 'closed' = 'starting'
  function wrong(): string | null {
    if (state !== 'ready') return state === 'closed' ? 'Ops-Core is stopping' : 'Ops-Core is starting'
    if (!store.available) return 'The store cannot be reached, or takes no writes'
    // A shared store knows by itself when it can be written again, though nobody writes here meanwhile.
    return store.shared || health.writable ? null : 'The last write to the store failed'
  }
  const operations = createOperations({ ...parts, sessions, trouble: wrong })
  return {
    ...createAgentCommands({ store, agents, sessions, clock }),
    ...createWorkflowCommands({ store, definitions, clock }),
    ...createSessionCommands({ ...parts, sessions }),
    ...createExplain({ store, agents, sessions, lineOf }),
    trigger: createTrigger({ ...parts, agents, sessions, definitions }),
    ...createQueries({ store, agents, sessions, definitions }),
    ...operations.offered,
    streams,
    async start() {
      if (isWorker) {
        await recovery.wakeUps()
        wakeQueue.start(waker)
        await recovery.sweep()
        upkeep.start()
      }
      state = 'ready'
      operations.start()
    },
    ready: () => wrong() === null,
    async close() {
      if (state === 'closed') return
      state = 'closed'
      deafen()
      await operations.close()
      await upkeep.stop()
      router.close()
      await wakeQueue.close()
      await effects.close()
      await Promise.all([agents.idle(), sessions.idle()])
    },
  }
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The engine is not put together yet')
  return part
}
