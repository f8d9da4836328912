/** The store in Redis that is filled: what is there before, how far it has come, and the end of it. */
import { MigrationError } from '@opscore/engine/moving'
import { v7 as uuid } from 'uuid'
import { type Client, CONNECTION, mastersOf } from '../link/client.ts'
import { connect } from '../link/connect.ts'
import { anyKey, workflowKeys } from '../link/keys.ts'
import { type Link, openLink } from '../link/link.ts'
import { nameOf, type RedisAddress } from '../link/redis-address.ts'
import { RedisUnfitError } from '../link/redis-unfit-error.ts'
import { reply } from '../link/reply.ts'
import { loadScripts } from '../link/script.ts'
import { checkServers } from '../link/server-check.ts'
import { claimForFilling, identityProblem, metaKeys, type StoreIdentity } from '../link/store-identity.ts'
import { asMigrationError, silent, whoIsAtWork } from './at-work.ts'

/** The order in which a store is filled: agents are there before their events, which chain to each other. */
const STAGES = [
  'agents',
  'candidates',
  'capabilities',
  'sessions',
  'events',
  'waiters',
  'effects',
  'once',
  'workflows',
  'keys',
  'records',
] as const
export type Stage = (typeof STAGES)[number]

export interface TargetOptions {
  address: RedisAddress
  /** Into how many parts a new store is divided. */
  partitions: number
  /** Names the content that it is filled with. */
  fingerprint: string
  /** The position behind which its events begin. */
  from: number
}

export interface Found {
  /** `finished`: it was filled with this content before. */
  state: 'empty' | 'unfinished' | 'finished'
  partitions: number
}

export interface Target extends Disposable {
  readonly link: Link
  readonly identity: StoreIdentity
  /** How far a stage has come in each partition, and in what belongs to none. */
  reached(stage: Stage): Promise<number[]>
  take(part: { home: number; stage: Stage; from: number; to: number; cells: readonly string[] }): Promise<void>
  /** From here on it is a store like any other. */
  finish(): Promise<void>
}

/** Redis does nothing else while it takes over a part; milliseconds. */
const PATIENCE = 30_000
const START_WITHIN = 10_000

/** Looks at Redis and writes nothing. @throws MigrationError where it holds anything else than this content, or is used */
export async function lookAtTarget(options: TargetOptions): Promise<Found> {
  const name = `${CONNECTION}-migrate-${uuid()}`
  const found = await asMigrationError(() =>
    connect({ address: options.address, startWithin: START_WITHIN, name }, async ({ client }) => {
      const seen = (await whoIsAtWork(client, name)) ?? (await whatIsIn(client, options))
      client.disconnect()
      return seen
    }),
  )
  if (found instanceof MigrationError) throw found
  return found
}

/** Begins to fill it, or goes on. @throws MigrationError */
export async function openTarget(options: TargetOptions, { state, partitions }: Found): Promise<Target> {
  const { address, fingerprint, from } = options
  return asMigrationError(() =>
    connect({ address, startWithin: START_WITHIN, name: `${CONNECTION}-migrate-${uuid()}` }, async ({ client }) => {
      const id = reply.textOrNull(await client.call('HGET', workflowKeys.meta, 'store')) ?? uuid()
      const filling = { migration: fingerprint, from }
      const identity =
        state === 'finished' ? { id, partitions } : await claimForFilling(client, { id, partitions }, filling)
      const verify = async () => {
        await checkServers(client)
        await loadScripts(client)
        const problem = await identityProblem(client, identity)
        if (problem) throw new RedisUnfitError(problem)
      }
      await verify()
      const link = openLink({ client, address: nameOf(address), verify, log: silent, patience: PATIENCE })
      return fill(link, identity, fingerprint)
    }),
  )
}

function fill(link: Link, identity: StoreIdentity, fingerprint: string): Target {
  const { id, partitions } = identity
  const [common = '', ...parts] = metaKeys(partitions)
  const metas = [...parts, common]
  const reachedIn = (stage: Stage) => `at:${stage}`
  return {
    link,
    identity,
    async reached(stage) {
      const found = await Promise.all(metas.map((meta) => link.send('HGET', meta, reachedIn(stage))))
      return found.map((each) => Number(reply.textOrNull(each) ?? '0'))
    },
    async take({ home, stage, from, to, cells }) {
      const meta = metas[home]
      if (meta === undefined) throw new RangeError(`There is no partition ${home}`)
      await link.run('import', [meta], [id, stage, String(from), String(to), ...cells])
    },
    async finish() {
      await link.send('HSET', common, 'whole', '1', 'migrated', fingerprint)
      // The last word: before it the store is refused, whoever starts over it.
      await link.send('HDEL', common, 'migration')
      const traces = ['migration', ...STAGES.map(reachedIn)]
      await Promise.all(metas.map((meta) => link.send('HDEL', meta, ...traces)))
    },
    [Symbol.dispose]: () => link.close(),
  }
}

/** The refusal where it is neither empty nor of this content. */
async function whatIsIn(
  client: Client,
  { address, partitions, fingerprint }: TargetOptions,
): Promise<Found | MigrationError> {
  const fields = ['store', 'partitions', 'whole', 'migration', 'migrated'] as const
  const found = reply.list(await client.call('HMGET', workflowKeys.meta, ...fields))
  const [store, count, whole, migration, migrated] = found.map(reply.textOrNull)
  const emptyIt = `Empty it (redis-cli FLUSHDB, on every master of a Cluster), or name another one.`
  if (store === null || store === undefined) {
    const key = await anyOfOurs(client)
    if (key === null) return { state: 'empty', partitions }
    return new MigrationError(`Redis at ${nameOf(address)} holds parts of a store, such as ${key}.`, emptyIt)
  }
  const stands = { partitions: reply.number(count) }
  if (migration === fingerprint) return { state: 'unfinished', ...stands }
  if (migration) {
    return new MigrationError(
      `Redis at ${nameOf(address)} holds an unfinished migration of another store, or of this one before it was used again.`,
      emptyIt,
    )
  }
  if (whole === '1' && migrated === fingerprint) return { state: 'finished', ...stands }
  return new MigrationError(`Redis at ${nameOf(address)} holds a store of its own.`, emptyIt)
}

/** A key of ours, where the one that names the store is not there. */
async function anyOfOurs(client: Client): Promise<string | null> {
  for (const node of mastersOf(client)) {
    let cursor = '0'
    do {
      const [next, keys] = reply.list(await node.call('SCAN', cursor, 'MATCH', anyKey, 'COUNT', 1_000))
      const [first] = reply.texts(keys)
      if (first !== undefined) return first
      cursor = reply.text(next)
    } while (cursor !== '0')
  }
  return null
}
