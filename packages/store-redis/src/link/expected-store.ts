/** Which store a process that starts expects in Redis, and the refusal where another one, or none, is there. */
import type { Client } from './client.ts'
import { workflowKeys } from './keys.ts'
import { nameOf, type RedisAddress } from './redis-address.ts'
import { RedisUnfitError } from './redis-unfit-error.ts'
import { reply } from './reply.ts'
import { identityProblem, type StoreIdentity } from './store-identity.ts'

/** The id of a store, or whichever is there. */
export type WantedStore = 'any' | (string & {})

export interface ExpectedStore {
  id: string
  /** Absent where only its id is known. */
  partitions?: number
  /** Who says so, and how to begin anew, for people. */
  wayOut: string
}

/** What was said outright counts; else what was remembered. `null` where whatever Redis holds is served. */
export function expectedStore(
  wanted: WantedStore | undefined,
  remembered: StoreIdentity | null,
  { file, address }: { file: string | undefined; address: RedisAddress },
): ExpectedStore | null {
  if (wanted === 'any') return null
  if (wanted !== undefined) {
    const wayOut = 'OPSCORE_REDIS_STORE names it: restore Redis from its backup, or name what is to be served instead'
    return { id: wanted, wayOut }
  }
  if (!remembered) return null
  const wayOut = `It was in Redis at ${nameOf(address)} when Ops-Core last started here: restore Redis from its backup; or, to begin anew with what Redis holds, delete ${file} or start once with OPSCORE_REDIS_STORE=any`
  return { ...remembered, wayOut }
}

/** @throws RedisUnfitError where Redis does not hold the whole of that store; nothing was written then */
export async function assertExpected(client: Client, expected: ExpectedStore, otherwise: number): Promise<void> {
  const found = reply.textOrNull(await client.call('HGET', workflowKeys.meta, 'partitions'))
  const partitions = found === null ? (expected.partitions ?? otherwise) : Number(found)
  const problem = await identityProblem(client, { id: expected.id, partitions })
  if (problem) throw new RedisUnfitError(`${problem}. ${expected.wayOut}`)
}
