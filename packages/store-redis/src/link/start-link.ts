import type { Log } from '@opscore/engine/store'
import { v7 as uuid } from 'uuid'
import { createStoreMemory } from '../write/store-memory.ts'
import type { Client } from './client.ts'
import { connect } from './connect.ts'
import { assertExpected, expectedStore, type WantedStore } from './expected-store.ts'
import { type Link, openLink } from './link.ts'
import { nameOf, type RedisAddress } from './redis-address.ts'
import { RedisUnfitError } from './redis-unfit-error.ts'
import { loadScripts } from './script.ts'
import { checkServers, PROMISES } from './server-check.ts'
import { claimStore, createGlance, identityProblem, type StoreIdentity } from './store-identity.ts'

export interface StartOptions {
  address: RedisAddress
  partitions: number
  log: Log
  patience: number
  /** How long Redis may take to be there; milliseconds. */
  startWithin: number
  /** Where it is remembered which store is in Redis; without it nothing is. */
  dataDir?: string
  /** The store that must be there, or `any`; without it the one that is remembered. */
  store?: WantedStore
  /** Ends it at once while it waits for Redis. */
  signal?: AbortSignal
}

/**
 * Connects to Redis, makes sure that it can be relied on, says what it promises, and claims the store.
 * @throws RedisUnfitError, or the signal's reason
 */
export async function startLink(options: StartOptions): Promise<{ link: Link; identity: StoreIdentity }> {
  const { address, log, patience, dataDir } = options
  const name = nameOf(address)
  const memory = dataDir === undefined ? null : createStoreMemory({ dataDir, address, log })
  // With `any` a file that cannot be understood is no reason not to start: it is written anew.
  const remembered = options.store === 'any' ? null : ((await memory?.recall()) ?? null)
  const expected = expectedStore(options.store, remembered, { file: memory?.file, address })
  return connect(options, async ({ client, facts: { version, persistence } }) => {
    const say = persistence === 'always' || persistence === 'everysec' ? log.info : log.warn
    say.call(log, { redis: name, version, persistence, promise: PROMISES[persistence] }, 'Redis holds the store')
    if (expected) await assertExpected(client, expected, options.partitions)
    const identity = await claim(client, options)
    await memory?.remember(identity)
    const verify = async () => {
      await checkServers(client)
      await loadScripts(client)
      const problem = await identityProblem(client, identity)
      if (problem) throw new RedisUnfitError(problem)
    }
    const glance = createGlance(client, identity)
    return { link: openLink({ client, address: name, verify, glance, log, patience }), identity }
  })
}

async function claim(client: Client, { address, partitions: asked, log }: StartOptions): Promise<StoreIdentity> {
  const own = uuid()
  const identity = await claimStore(client, { id: own, partitions: asked })
  const { id: store, partitions } = identity
  if (store === own) log.warn({ redis: nameOf(address), store }, 'Redis was empty: a new store begins in it')
  if (partitions !== asked) {
    log.info({ partitions, asked }, 'The store keeps the number of partitions it was made with')
  }
  return identity
}
