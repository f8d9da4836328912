import { once } from 'node:events'
import { v7 as uuid } from 'uuid'
import type { Log } from '../../ports/log.ts'
import { type Client, createClient } from './client.ts'
import { type Link, openLink } from './link.ts'
import { nameOf, type RedisAddress } from './redis-address.ts'
import { RedisUnfitError } from './redis-unfit-error.ts'
import { loadScripts } from './script.ts'
import { checkServers, PROMISES } from './server-check.ts'
import { claimStore, identityProblem, type StoreIdentity } from './store-identity.ts'

export interface StartOptions {
  address: RedisAddress
  partitions: number
  log: Log
  patience: number
  /** How long Redis may take to be there; milliseconds. */
  startWithin: number
}

/**
 * Connects to Redis, makes sure that it can be relied on, says what it promises, and claims the store.
 * @throws RedisUnfitError
 */
export async function startLink(options: StartOptions): Promise<{ link: Link; identity: StoreIdentity }> {
  const { address, log, patience } = options
  const name = nameOf(address)
  const client = createClient(address)
  const trouble = { last: '' }
  client.on('error', (error: Error) => {
    trouble.last = error.message || String(error)
  })
  try {
    if (!(await connected(client, options.startWithin))) throw new Error('it does not answer')
    const { version, persistence } = await checkServers(client)
    const say = persistence === 'always' || persistence === 'everysec' ? log.info : log.warn
    say.call(log, { redis: name, version, persistence, promise: PROMISES[persistence] }, 'Redis holds the store')
    await loadScripts(client)
    const identity = await claimStore(client, { id: uuid(), partitions: options.partitions })
    if (identity.partitions !== options.partitions) {
      const { partitions } = identity
      log.info({ partitions, asked: options.partitions }, 'The store keeps the number of partitions it was made with')
    }
    const verify = async () => {
      await checkServers(client)
      await loadScripts(client)
      const problem = await identityProblem(client, identity)
      if (problem) throw new RedisUnfitError(problem)
    }
    return { link: openLink({ client, address: name, verify, log, patience }), identity }
  } catch (error) {
    client.disconnect()
    if (error instanceof RedisUnfitError) throw error
    // What the connection said, such as that the password is wrong, says more than how the first call failed.
    const reason = trouble.last || (error instanceof Error ? error.message : String(error))
    throw new RedisUnfitError(`Redis at ${name} cannot be reached: ${reason}`)
  }
}

/** Whether it was within that time; the client goes on trying by itself until then. */
async function connected(client: Client, within: number): Promise<boolean> {
  const ready = new Promise<true>((resolve) => client.once('ready', () => resolve(true)))
  client.connect().catch(() => {})
  return await Promise.race([ready, once(AbortSignal.timeout(within), 'abort').then(() => false)])
}
