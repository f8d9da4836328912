/**
 * Whose store is in Redis. Every partition, and the workflows' keys, hold the store's id: a Redis that came back empty,
 * lost a part or was replaced by another is told from the one that was there before, and never served in its place.
 */
import type { Client } from './client.ts'
import { keysOf, workflowKeys } from './keys.ts'
import { assertPartitions } from './partition.ts'
import { RedisUnfitError } from './redis-unfit-error.ts'
import { reply } from './reply.ts'
import { runScript } from './script.ts'

export interface StoreIdentity {
  id: string
  partitions: number
}

/** What the keys hold, and what is written, changes with it. */
const FORMAT = 1

function metaKeys(partitions: number): string[] {
  return [workflowKeys.meta, ...Array.from({ length: partitions }, (_, partition) => keysOf(partition).meta)]
}

/**
 * The store that is in Redis; a new one with `wanted` where there is none. Several processes that start at once agree.
 * @throws RedisUnfitError where a part of the store is missing, or its format is a later one
 */
export async function claimStore(client: Client, wanted: StoreIdentity): Promise<StoreIdentity> {
  assertPartitions(wanted.partitions)
  const claim = async (key: string, { id, partitions }: StoreIdentity) => {
    const found = await runScript(client, 'claim', [key], [id, String(partitions), String(FORMAT)])
    const [store, count, format, whole] = reply.list(found)
    return {
      id: reply.text(store),
      partitions: reply.number(count),
      format: reply.number(format),
      whole: whole === '1',
    }
  }
  const first = await claim(workflowKeys.meta, wanted)
  if (first.format > FORMAT) {
    throw new RedisUnfitError(`Redis holds data of format ${first.format}, this version knows ${FORMAT} at most`)
  }
  const identity: StoreIdentity = { id: first.id, partitions: first.partitions }
  if (first.whole) {
    const problem = await identityProblem(client, identity)
    if (problem) throw new RedisUnfitError(problem)
    return identity
  }
  for (const key of metaKeys(identity.partitions).slice(1)) {
    const { id } = await claim(key, identity)
    if (id !== identity.id) throw new RedisUnfitError(`Redis holds parts of several stores: ${key} is of ${id}`)
  }
  await client.call('HSET', workflowKeys.meta, 'whole', '1')
  return identity
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
