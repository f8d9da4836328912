/**
 * Whose store is in Redis. Every partition, and the workflows' keys, hold the store's id: a Redis that came back empty,
 * lost a part or was replaced by another is told from the one that was there before, and never served in its place. A
 * store that is still being filled from another one (server/src/migration/migrate-store.ts) is not served either.
 */

import { assertPartitions } from '../rows/partition.ts'
import type { Client } from './client.ts'
import { keysOf, workflowKeys } from './keys.ts'
import { RedisUnfitError } from './redis-unfit-error.ts'
import { reply } from './reply.ts'
import { runScript } from './script.ts'

export interface StoreIdentity {
  id: string
  partitions: number
}

/** A store that begins with the content of another one. */
export interface Filling {
  /** Which content. */
  migration: string
  /** The position behind which its events begin. */
  from: number
}

/** What the keys hold, and what is written, changes with it. */
const FORMAT = 1

export function metaKeys(partitions: number): string[] {
  return [workflowKeys.meta, ...Array.from({ length: partitions }, (_, partition) => keysOf(partition).meta)]
}

interface Claimed extends StoreIdentity {
  whole: boolean
  /** The content that is still being copied into it. */
  migration: string | null
}

/** What one meta hash holds; what is wanted where it held nothing. @throws RedisUnfitError for a later format */
async function claim(client: Client, key: string, wanted: StoreIdentity, filling: Filling): Promise<Claimed> {
  const args = [wanted.id, String(wanted.partitions), String(FORMAT), String(filling.from), filling.migration]
  const [store, count, found, whole, migration] = reply.list(await runScript(client, 'claim', [key], args))
  const format = reply.number(found)
  if (format > FORMAT) {
    throw new RedisUnfitError(`Redis holds data of format ${format}, this version knows ${FORMAT} at most`)
  }
  return {
    id: reply.text(store),
    partitions: reply.number(count),
    whole: whole === '1',
    migration: reply.textOrNull(migration),
  }
}

async function claimParts(client: Client, identity: StoreIdentity, filling: Filling): Promise<void> {
  for (const key of metaKeys(identity.partitions).slice(1)) {
    const { id } = await claim(client, key, identity, filling)
    if (id !== identity.id) throw new RedisUnfitError(`Redis holds parts of several stores: ${key} is of ${id}`)
  }
}

/**
 * The store that is in Redis; a new one with `wanted` where there is none. Several processes that start at once agree.
 * @throws RedisUnfitError where a part of the store is missing, it is still being filled, or its format is a later one
 */
export async function claimStore(client: Client, wanted: StoreIdentity): Promise<StoreIdentity> {
  assertPartitions(wanted.partitions)
  const empty: Filling = { migration: '', from: 0 }
  const { whole, migration, ...identity } = await claim(client, workflowKeys.meta, wanted, empty)
  if (migration !== null) {
    throw new RedisUnfitError(
      'Redis holds a store that `opscore migrate` has not filled to its end: run the same command again, or empty this Redis',
    )
  }
  if (whole) {
    const problem = await identityProblem(client, identity)
    if (problem) throw new RedisUnfitError(problem)
    return identity
  }
  await claimParts(client, identity, empty)
  await client.call('HSET', workflowKeys.meta, 'whole', '1')
  return identity
}

/**
 * Begins to fill a new store, or goes on with the one that is being filled with the same content.
 * @throws RedisUnfitError where Redis holds anything else
 */
export async function claimForFilling(client: Client, wanted: StoreIdentity, filling: Filling): Promise<StoreIdentity> {
  assertPartitions(wanted.partitions)
  const { migration, ...identity } = await claim(client, workflowKeys.meta, wanted, filling)
  if (migration !== filling.migration) throw new RedisUnfitError('Redis holds another store meanwhile')
  await claimParts(client, identity, filling)
  return { id: identity.id, partitions: identity.partitions }
}

/** What is wrong where Redis does not hold the whole of this store; `null` where it does. */
export async function identityProblem(client: Client, { id, partitions }: StoreIdentity): Promise<string | null> {
  const keys = metaKeys(partitions)
  const found = await Promise.all(keys.map((key) => client.call('HMGET', key, 'store')))
  const ids = found.map((each) => reply.textOrNull(reply.list(each)[0]))
  const missing = ids.filter((each) => each === null).length
  if (missing === keys.length) return `Redis has come back empty: the store ${id} is gone`
  if (missing > 0) return `Redis has lost a part of the store ${id}: ${missing} of ${keys.length} pieces are gone`
  const other = ids.find((each) => each !== id)
  return other ? `Redis holds another store, ${other}, in place of ${id}` : null
}

/**
 * A look that costs two commands, at the workflows' keys and at one partition after the other: whether they are of this
 * store. One that nobody writes to tells by nothing else that it was emptied.
 */
export function createGlance(client: Client, { id, partitions }: StoreIdentity): () => Promise<boolean> {
  const [first = workflowKeys.meta, ...others] = metaKeys(partitions)
  let turn = 0
  return async () => {
    const keys = [first, others[turn++ % others.length] ?? first]
    const ids = await Promise.all(keys.map((key) => client.call('HGET', key, 'store')))
    return ids.every((each) => each === id)
  }
}
