/**
 * The store in Redis, shared by any number of processes. A commit is one call of a script, which checks the version and
 * writes events, state, indexes and effects, all within one partition; commits that arrive together share a call.
 */
import type { Clock, KeyStore, Log, Store } from '@opscore/engine/store'
import { createCommitListeners, systemClock } from '@opscore/engine/store'
import type { WantedStore } from './link/expected-store.ts'
import type { RedisAddress } from './link/redis-address.ts'
import { startLink } from './link/start-link.ts'
import { createAgentReads } from './read/agent-reads.ts'
import { createDefinitions } from './read/definitions.ts'
import { createEventReads } from './read/event-reads.ts'
import { createEventTail } from './read/event-tail.ts'
import { createSessionReads } from './read/session-reads.ts'
import { createWorkReads } from './read/work-reads.ts'
import { createRedisKeyStore } from './redis-key-store.ts'
import { createPlaces } from './rows/places.ts'
import { createCommits } from './write/commits.ts'
import { createRedisRecords } from './write/redis-records.ts'
import { createTrim } from './write/trim.ts'

export interface RedisStoreOptions {
  address: RedisAddress
  /** Where Redis holds no store yet, of how many partitions it is made. */
  partitions: number
  log: Log
  /** By which once-records expire. */
  clock?: Pick<Clock, 'now'>
  /** How long Redis may leave a call without an answer; milliseconds. */
  patience?: number
  /** How long Redis may take to be there at start; milliseconds. */
  startWithin?: number
  /** Where it is remembered which store is in Redis; without it nothing is. */
  dataDir?: string
  /** The store that must be there, or `any`; without it the one that is remembered. */
  store?: WantedStore
  /** Ends the start at once while it waits for Redis; of no meaning afterwards. */
  signal?: AbortSignal
}

/** One Redis holds the work and the keys. */
export interface RedisStore extends Store {
  readonly keys: KeyStore
}

/** Below the five seconds in which every request is answered, above what a write to a busy disk takes. */
const PATIENCE = 3_000
/** Redis may be started at the same moment. */
const START_WITHIN = 10_000

/**
 * Opens the store that Redis holds, or makes one.
 * @throws RedisUnfitError where Redis cannot be reached, is not fit for it, or does not hold the whole of the store that
 * was there before; or the signal's reason
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<RedisStore> {
  const { address, log, clock = systemClock, patience = PATIENCE, startWithin = START_WITHIN } = options
  const { link, identity } = await startLink({ ...options, patience, startWithin })
  const places = createPlaces(identity.partitions)
  const listeners = createCommitListeners(log)
  const tail = createEventTail({ address, link, places, listeners, log, patience })
  const agents = createAgentReads(link, places)
  const sessions = createSessionReads(link, places)
  const work = createWorkReads(link, places)
  const logs = createEventReads(link, places)
  const definitions = createDefinitions(link, places, identity.id)
  const commits = createCommits({
    link,
    places,
    storeId: identity.id,
    definitions,
    clock,
    log,
    silent: () => listeners.none,
    committed: tail.own,
  })
  let closing: Promise<void> | null = null

  async function shutDown(): Promise<void> {
    await commits.close()
    tail.rest()
    link.close()
  }

  return {
    keys: createRedisKeyStore(link, identity.id),
    partitions: places.partitions,
    shared: true,
    get generation() {
      return link.generation
    },
    get available() {
      return link.isWritable
    },
    together: places.together,
    commit: commits.commit,
    settle: async (effectIds) => commits.settle(effectIds),
    loadAgent: (agentId) => agents.load(agentId),
    loadSession: (sessionId) => sessions.load(sessionId),
    listAgents: (filter, page) => agents.list(filter, page),
    candidates: (capability, limit) => agents.candidates(capability, limit),
    countAgents: () => agents.count(),
    listSessions: (filter, page) => sessions.list(filter, page),
    countSessions: () => sessions.counts(),
    agentHistory: (agentId, page) => agents.history(agentId, page),
    sessionEvents: (sessionId, page) => sessions.events(sessionId, page),
    events: (after, limit, characters) => logs.events(after, limit, characters),
    head: () => logs.head(),
    trimmed: () => logs.trimmed(),
    onCommitted(listener) {
      const end = listeners.add(listener)
      tail.follow()
      return () => {
        end()
        if (listeners.none) tail.rest()
      }
    },
    ...work,
    ...createRedisRecords(link, identity.id),
    ...workflowsOf(definitions),
    trim: createTrim(link, places, identity.id),
    close: () => (closing ??= shutDown()),
  }
}

const workflowsOf = (definitions: ReturnType<typeof createDefinitions>) => ({
  putWorkflow: definitions.put,
  getWorkflow: definitions.get,
  listWorkflows: definitions.list,
  deleteWorkflow: definitions.remove,
  getDefinition: definitions.byHash,
})
