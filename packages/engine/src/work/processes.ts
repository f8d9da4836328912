/** Which processes work on the store. Over one that is shared each leaves word at intervals; another store has this one alone. */
import type { Json, ProcessView } from '@opscore/contract'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { dropRecord } from '../ports/record-store.ts'
import type { Store } from '../ports/store.ts'
import { allPages } from '../query/all-pages.ts'

/** How often a process leaves word, and how long after the last one it counts as gone; in milliseconds. */
const INTERVAL = 10_000
const GONE_AFTER = 30_000

interface Presence {
  role: ProcessView['role']
  version: string
  /** Epoch milliseconds. */
  startedAt: number
  seenAt: number
}

export interface Processes {
  start(): void
  list(): Promise<ProcessView[]>
  close(): Promise<void>
}

export function createProcesses(parts: {
  store: Store
  clock: Clock
  log: Log
  processId: string
  role: ProcessView['role']
  version: string
}): Processes {
  const { store, clock, log, processId, role, version } = parts
  const startedAt = clock.now()
  let callOff: (() => void) | null = null
  let known = 0
  let writing = Promise.resolve()
  let closed = false

  const presence = (): Presence => ({ role, version, startedAt, seenAt: clock.now() })

  async function write(): Promise<void> {
    const now = clock.now()
    const value: Json = { ...presence() }
    const record = { kind: 'process', id: processId, value, expiresAt: now + GONE_AFTER, now } as const
    if (await store.putRecord({ ...record, expectedVersion: known })) known += 1
    // It had expired, or an answer was lost.
    else known = (await store.getRecord('process', processId, now))?.version ?? 0
  }

  function leaveWord(): void {
    writing = write()
      .catch((error) => log.debug({ error: String(error) }, 'The process could not leave word that it is there'))
      .finally(() => {
        if (!closed) callOff = clock.at(clock.now() + INTERVAL, leaveWord)
      })
  }

  return {
    start() {
      if (store.shared) leaveWord()
    },
    async list() {
      const found = new Map([[processId, presence()]])
      if (store.shared) {
        for await (const page of allPages((request) => store.listRecords('process', clock.now(), request))) {
          // Written by `write` above.
          for (const { id, value } of page) if (id !== processId) found.set(id, value as unknown as Presence)
        }
      }
      return [...found].map(([id, each]) => processView(id, each, id === processId))
    },
    async close() {
      closed = true
      callOff?.()
      await writing
      const record = { kind: 'process', id: processId, expectedVersion: known, now: clock.now() } as const
      if (known > 0) await dropRecord(store, record).catch(() => {})
    },
  }
}

const processView = (
  processId: string,
  { role, version, startedAt, seenAt }: Presence,
  self: boolean,
): ProcessView => ({
  processId,
  role,
  version,
  startedAt: new Date(startedAt).toISOString(),
  seenAt: new Date(seenAt).toISOString(),
  self,
})
