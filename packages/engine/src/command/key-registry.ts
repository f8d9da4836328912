/**
 * The API keys that were made. Who may come in is asked with every request, so every live key is held in memory.
 *
 * Invariants
 * 1. What `create` or `revoke` has acknowledged holds in this process from then on.
 * 2. What another process has acknowledged holds here after the poll interval, or at once after `refresh`.
 * 3. A look that began before a change never undoes what was read after it: looks follow one another.
 */
import type { KeyView, Page, Scope } from '@opscore/contract'
import { DomainError } from '../core/domain-error.ts'
import type { ListRequest } from '../engine.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { KeyRecord, KeyStore } from '../ports/key-store.ts'
import type { Log } from '../ports/log.ts'

/** Half of the second within which every process knows of a revocation; the other half is for whoever acts on it. */
const POLL_INTERVAL = 500

export interface NewKey {
  /** SHA-256 of the key, in hex: the key itself goes to nobody but its owner. */
  hash: string
  name: string
  scopes: Scope[]
  agentIds: string[] | null
  /** Epoch milliseconds. */
  expiresAt: number | null
}

export interface KeyRegistry {
  /** Whether other processes make and revoke keys too. */
  readonly shared: boolean
  /** Rises whenever `find` may answer otherwise than before; a key expires by its `expiresAt`, without a word. */
  readonly revision: number
  /** A key that is not revoked, by its hash in hex. */
  find(hash: string): Pick<KeyRecord, 'keyId' | 'name' | 'scopes' | 'agentIds' | 'expiresAt'> | undefined
  /** Takes in what any process has acknowledged before this call. */
  refresh(): Promise<void>
  /** `by` is whoever asked for it, for the log. */
  create(key: NewKey, by: string): Promise<KeyView>
  /** In order of id, which is that of their making. */
  list(list: ListRequest): Promise<Page<KeyView>>
  /** @throws DomainError `KEY_NOT_FOUND` */
  get(keyId: string): Promise<KeyView>
  /** Idempotent. @throws DomainError `KEY_NOT_FOUND` */
  revoke(keyId: string, by: string): Promise<void>
  /** Reads the keys, then keeps up with other processes until it is closed. */
  start(): Promise<void>
  close(): void
}

export function createKeyRegistry(parts: {
  store: KeyStore
  clock: Clock
  ids: Ids
  log: Log
  /** Milliseconds between two looks at what other processes did. */
  pollInterval?: number
}): KeyRegistry {
  const { store, clock, ids, log, pollInterval = POLL_INTERVAL } = parts
  let live: ReadonlyMap<string, KeyRecord> = new Map()
  let seen: number | undefined
  let revision = 0
  let callOff = () => {}
  let closed = false

  async function look(): Promise<void> {
    if (seen !== undefined && (await store.revision()) === seen) return
    const found = await store.live(clock.now())
    live = new Map(found.keys.map((key) => [key.hash, key]))
    seen = found.revision
    revision += 1
  }
  const refresh = inTurn(look)

  /** The first that fails is told, so that a long outage does not fill the log. */
  function keepUp(failedBefore = false): void {
    if (closed) return
    callOff = clock.at(clock.now() + pollInterval, async () => {
      const failed = await refresh().then(
        () => false,
        (error: unknown) => {
          if (!failedBefore) log.warn({ error: String(error) }, 'Cannot see whether API keys were revoked elsewhere')
          return true
        },
      )
      keepUp(failed)
    })
  }

  return {
    shared: store.shared,
    get revision() {
      return revision
    },
    find: (hash) => live.get(hash),
    refresh,
    async create(key, by) {
      const record: KeyRecord = { keyId: ids.uuid(), ...key, createdAt: clock.now(), revokedAt: null }
      await store.add(record)
      await refresh()
      const { keyId, name, scopes } = record
      log.info({ keyId, name, scopes, by }, 'An API key was made')
      return keyView(record)
    },
    async list(list) {
      const { items, next } = await store.list(list)
      return { items: items.map(keyView), nextCursor: next }
    },
    async get(keyId) {
      return keyView((await store.get(keyId)) ?? unknown(keyId))
    },
    async revoke(keyId, by) {
      const { name } = (await store.revoke(keyId, clock.now())) ?? unknown(keyId)
      await refresh()
      log.info({ keyId, name, by }, 'An API key was revoked')
    },
    async start() {
      await refresh()
      if (store.shared) keepUp()
    },
    close() {
      closed = true
      callOff()
    },
  }
}

/** Runs follow one another; calls that come while one is under way share the next, as that one may have looked already. */
function inTurn(run: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= last.then(() => {
      next = undefined
      return run()
    })
    last = next.catch(() => {})
    return next
  }
}

function unknown(keyId: string): never {
  throw new DomainError('KEY_NOT_FOUND', `API key not found: ${keyId}`)
}

function keyView({ keyId, name, scopes, agentIds, createdAt, expiresAt, revokedAt }: KeyRecord): KeyView {
  return {
    keyId,
    name,
    scopes,
    agentIds,
    createdAt: iso(createdAt),
    expiresAt: expiresAt === null ? null : iso(expiresAt),
    revokedAt: revokedAt === null ? null : iso(revokedAt),
  }
}

const iso = (time: number): string => new Date(time).toISOString()
