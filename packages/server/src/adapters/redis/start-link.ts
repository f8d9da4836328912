import { v7 as uuid } from 'uuid'
import type { Log } from '../../ports/log.ts'
import { connect } from './connect.ts'
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
export function startLink(options: StartOptions): Promise<{ link: Link; identity: StoreIdentity }> {
  const { address, log, patience } = options
  const name = nameOf(address)
  return connect(options, async ({ client, facts: { version, persistence } }) => {
    const say = persistence === 'always' || persistence === 'everysec' ? log.info : log.warn
    say.call(log, { redis: name, version, persistence, promise: PROMISES[persistence] }, 'Redis holds the store')
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
  })
}
