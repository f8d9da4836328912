/**
 * The store in one SQLite file. A worker thread writes, one transaction a batch; this thread reads on a connection of its
 * own, which sees every acknowledged commit, as those are answered only after they are in the log.
 */
import { isAbsolute, resolve } from 'node:path'
import type { Clock, KeyStore, Log } from '@opscore/engine/store'
import { createCommitListeners, type Store, StoreUnavailableError, systemClock } from '@opscore/engine/store'
import { dataFile } from './database.ts'
import { messageOf } from './failure.ts'
import { createAgentReads } from './read/agent-reads.ts'
import { createDefinitionReads } from './read/definition-reads.ts'
import { createFreshWaiters } from './read/fresh-waiters.ts'
import { createReader } from './read/reader.ts'
import { createSqliteRecords } from './read/record-reads.ts'
import { createSessionReads } from './read/session-reads.ts'
import { createWorkReads } from './read/work-reads.ts'
import { createSqliteKeyStore } from './sqlite-key-store.ts'
import { createWriteQueue } from './thread/write-queue.ts'
import type { WriteRequest } from './thread/write-request.ts'
import { startWriter } from './thread/writer-thread.ts'
import { createCommits } from './write/commits.ts'
import { writeRequest } from './write/entry-cells.ts'

export interface SqliteStoreOptions {
  /** Made where it is missing. One process at a time can have it. */
  dataDir: string
  log: Log
  /** By which once-records expire. */
  clock?: Pick<Clock, 'now'>
  /** A broken disk or file: after it nothing is true that was not flushed, so by default the process ends. */
  onFatal?: (error: Error) => void
  /** Bounds of what may wait to be written. */
  queue?: { maxEntries?: number; maxSize?: number }
  /** Bounds the file, in pages of 4 KiB; beyond, it is as if the disk were full. */
  maxPages?: number
  /** Sessions that begin before they are filed, with who waits in them (fresh-rows.ts). */
  freshRows?: number
}

/** One file holds the work and the keys. */
export interface SqliteStore extends Store {
  readonly keys: KeyStore
}

/** One process has the file; one whose disk is broken ends. */
const ALONE = { partitions: 1, shared: false, generation: 0, available: true, together: () => true } as const

/**
 * Opens the data file, or makes it.
 * @throws DataFileError where the directory is in use, or its file is damaged, foreign or of a later version.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { log, clock = systemClock, onFatal = () => process.exit(1) } = options
  const dataDir = isAbsolute(options.dataDir) ? options.dataDir : resolve(options.dataDir)
  const listeners = createCommitListeners(log)
  let dead = false
  function fatal(error: unknown): void {
    if (dead) return
    dead = true
    const reason = messageOf(error)
    log.error({ dataDir, error: reason }, 'The data file cannot be relied on any more; stopping')
    queue.end(new StoreUnavailableError(`The store has failed: ${reason}`), true)
    onFatal(new Error(`The store in ${dataDir} has failed: ${reason}`))
  }

  const writer = await startWriter(
    { dataDir, maxPages: options.maxPages, freshRows: options.freshRows },
    { done: (written) => queue.done(written), fatal },
  )
  const waiters = createFreshWaiters()
  const queue = createWriteQueue({ post: writer.post, listeners, waiters, head: writer.head, ...options.queue })
  const reader = createReader(dataFile(dataDir), fatal)
  const agents = createAgentReads(reader)
  const sessions = createSessionReads(reader)
  const definitions = createDefinitionReads(reader)
  const work = createWorkReads(reader, waiters)
  /** The writer answers a request with JSON of the result that the port names. */
  const ask = (request: WriteRequest) =>
    queue.add(
      (cells) => writeRequest(cells, request),
      (answer) => JSON.parse(String(answer)),
    )

  let closing: Promise<void> | undefined
  async function shutDown(): Promise<void> {
    queue.end(new StoreUnavailableError('The store is closed'), false)
    await queue.idle()
    // The reader first: the last connection to close checkpoints and removes the log.
    reader.close()
    await writer.close()
  }

  return {
    ...ALONE,
    ...createSqliteRecords(reader, ask),
    commit: createCommits({ queue, clock, waiters }),
    keys: createSqliteKeyStore(reader, ask),
    settle: async (effectIds) => {
      if (effectIds.length > 0) await ask({ do: 'settle', effectIds })
    },
    loadAgent: async (agentId) => agents.load(agentId),
    loadSession: async (sessionId) => sessions.load(sessionId),
    findOnce: async (key, _home, now) => work.findOnce(key, now),
    listAgents: (filter, page) => agents.list(filter, page),
    candidates: async (capability, limit) => agents.candidates(capability, limit),
    countAgents: async () => work.counters().agents,
    listSessions: (filter, page) => sessions.list(filter, page),
    countSessions: async () => work.counters().sessions,
    agentHistory: async (agentId, page) => agents.history(agentId, page),
    sessionEvents: async (sessionId, page) => sessions.events(sessionId, page),
    events: async ([position = 0], limit, characters) => work.events(position, limit, characters),
    head: async () => [queue.head],
    trimmed: async () => [work.counters().trimmed],
    onCommitted: (listener) => listeners.add(listener),
    waiters: async (lines, limit) => work.waiters(lines, limit),
    openLines: async (page) => work.openLines(page),
    lineLengths: async (page) => work.lineLengths(page),
    pendingEffects: async (page) => work.pendingEffects(page),
    effectsOf: async (aggregate) => work.effectsOf(aggregate),
    wakeUps: async (page) => work.wakeUps(page),
    putWorkflow: (input) => ask({ do: 'put-workflow', input }),
    getWorkflow: async (id) => definitions.get(id),
    listWorkflows: async (page) => definitions.list(page),
    deleteWorkflow: (id, ifMatch) => ask({ do: 'delete-workflow', id, ...(ifMatch ? { ifMatch } : {}) }),
    getDefinition: async (hash) => definitions.definition(hash),
    trim: (retention) => trimAll(() => ask({ do: 'trim', retention })),
    close: () => (closing ??= dead ? writer.close() : shutDown()),
  }
}

/** In small steps. Returns how many rows went. */
async function trimAll(step: () => Promise<number>): Promise<number> {
  for (let removed = 0; ; ) {
    const went = await step()
    if (went === 0) return removed
    removed += went
  }
}
