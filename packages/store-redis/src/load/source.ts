/** A store in Redis that is read whole, while nobody uses it. */
import { MigrationError } from '@opscore/engine/moving'
import { v7 as uuid } from 'uuid'
import { type Client, CONNECTION } from '../link/client.ts'
import { connect } from '../link/connect.ts'
import { workflowKeys } from '../link/keys.ts'
import { type Link, openLink } from '../link/link.ts'
import { nameOf, type RedisAddress } from '../link/redis-address.ts'
import { RedisUnfitError } from '../link/redis-unfit-error.ts'
import { reply } from '../link/reply.ts'
import { loadScripts } from '../link/script.ts'
import { identityProblem, metaKeys, type StoreIdentity } from '../link/store-identity.ts'
import { asMigrationError, silent, whoIsAtWork } from './at-work.ts'

export interface Source extends Disposable {
  readonly link: Link
  readonly partitions: number
  /** The highest position that an event of any partition has had. */
  readonly head: number
  readonly keyRevision: number
}

/** How long a page of it may take; milliseconds. */
const PATIENCE = 30_000
const START_WITHIN = 10_000

/** @throws MigrationError where it holds no store, or a part of one, or is used */
export function openSource(address: RedisAddress): Promise<Source> {
  const name = `${CONNECTION}-migrate-${uuid()}`
  return asMigrationError(() =>
    connect({ address, startWithin: START_WITHIN, name }, async ({ client }) => {
      const busy = await whoIsAtWork(client, name)
      if (busy) throw busy
      const identity = await identityOf(client, address)
      const verify = async () => {
        await loadScripts(client)
        const problem = await identityProblem(client, identity)
        if (problem) throw new RedisUnfitError(problem)
      }
      await verify()
      const heads = await Promise.all(
        metaKeys(identity.partitions)
          .slice(1)
          .map((meta) => client.call('HGET', meta, 'head')),
      )
      const revision = reply.textOrNull(await client.call('HGET', workflowKeys.meta, 'keyRevision'))
      const link = openLink({ client, address: nameOf(address), verify, log: silent, patience: PATIENCE })
      return {
        link,
        partitions: identity.partitions,
        head: Math.max(...heads.map((head) => Number(reply.textOrNull(head) ?? '0'))),
        keyRevision: Number(revision ?? '0'),
        [Symbol.dispose]: () => link.close(),
      }
    }),
  )
}

async function identityOf(client: Client, address: RedisAddress): Promise<StoreIdentity> {
  const found = reply.list(await client.call('HMGET', workflowKeys.meta, 'store', 'partitions', 'migration'))
  const [store, count, migration] = found.map(reply.textOrNull)
  if (!store) throw new MigrationError(`Redis at ${nameOf(address)} holds no store.`, 'Name the one that does.')
  if (migration) {
    throw new MigrationError(
      `Redis at ${nameOf(address)} holds an unfinished migration.`,
      'Finish it first: opscore migrate',
    )
  }
  return { id: store, partitions: reply.number(count) }
}
