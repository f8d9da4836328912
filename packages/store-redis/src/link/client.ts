/** Connections to Redis, all set up alike: nothing is queued, sent again or waited for behind the caller's back. */
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisAddress } from './redis-address.ts'

export type Client = Redis | Cluster

/** In milliseconds. Whoever waits for Redis is told within a second, and served within five of its return. */
const CONNECT_TIMEOUT = 2_000
const LONGEST_RETRY = 500

/**
 * Commands that leave at once; all others wait for the end of the turn, to go together. What is sent at once is also
 * carried out in the order of the calls, which readers of a log's head rely on (HGET).
 */
const AT_ONCE = ['EVALSHA', 'EVAL', 'HGET', 'PING', 'XREAD', 'PUBLISH']

const retry = (times: number): number => Math.min(50 * times, LONGEST_RETRY)

const common = {
  autoPipeliningIgnoredCommands: AT_ONCE,
  lazyConnect: true,
}

/** What `CLIENT LIST` calls the connections of a process that is at work. */
export const CONNECTION = 'opscore'

function optionsOf(address: RedisAddress, connectionName: string): RedisOptions {
  const { username, password, tls } = address
  return {
    ...common,
    connectionName,
    // A commit whose answer was lost may have taken effect: it must not be sent again by the client.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT,
    maxLoadingRetryTime: LONGEST_RETRY,
    disableClientInfo: true,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  }
}

/**
 * How a connection treats commands while Redis is away: `fails` them at once; or `waits`, for those who do nothing else
 * than wait for it.
 */
type Manner = 'fails' | 'waits'

/** Makes a client that is not connected yet. Errors of its connections are heard by whoever listens, and harm nobody. */
export function createClient(address: RedisAddress, manner: Manner = 'fails', name = CONNECTION): Client {
  const waits = manner === 'waits'
  const shared = { ...common, enableOfflineQueue: waits, enableAutoPipelining: !waits }
  const options: RedisOptions = {
    ...optionsOf(address, name),
    ...shared,
    ...(waits ? { maxRetriesPerRequest: null } : {}),
  }
  const { kind, endpoints, database } = address
  const client =
    kind === 'cluster'
      ? new Cluster(endpoints, {
          ...shared,
          redisOptions: options,
          clusterRetryStrategy: retry,
          retryDelayOnFailover: waits ? LONGEST_RETRY : 0,
          retryDelayOnClusterDown: waits ? LONGEST_RETRY : 0,
          slotsRefreshInterval: 1_000,
          slotsRefreshTimeout: CONNECT_TIMEOUT,
        })
      : new Redis({ ...options, ...placeOf(address), db: database, retryStrategy: retry })
  client.on('error', () => {})
  return client
}

function placeOf({ kind, endpoints, master, tls, sentinelUsername, sentinelPassword }: RedisAddress): RedisOptions {
  if (kind !== 'sentinel') return endpoints[0]
  return {
    sentinels: endpoints,
    name: master ?? '',
    enableTLSForSentinelMode: tls,
    sentinelRetryStrategy: retry,
    ...(sentinelUsername ? { sentinelUsername } : {}),
    ...(sentinelPassword ? { sentinelPassword } : {}),
  }
}

/** The connections by which commands go out: one, or one for each master of a Cluster. */
export function mastersOf(client: Client): Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client]
}
