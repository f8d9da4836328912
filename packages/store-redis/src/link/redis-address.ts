/** Where Redis is, as a URL says it. */

interface Endpoint {
  host: string
  port: number
}

export interface RedisAddress {
  /** One Redis; one that Sentinels watch; or a Cluster. */
  kind: 'standalone' | 'sentinel' | 'cluster'
  /** The Redis, or Sentinels, or some nodes of the Cluster. */
  endpoints: [Endpoint, ...Endpoint[]]
  /** What the Sentinels call the master. */
  master?: string
  database: number
  tls: boolean
  username?: string
  password?: string
  sentinelUsername?: string
  sentinelPassword?: string
}

const URL_SHAPE = /^redis(s)?(?:\+(sentinel|cluster))?:\/\/(?:([^@/]*)@)?([^/?#]+)(\/[^?#]*)?(?:\?([^#]*))?$/i
const ENDPOINT = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i
const PORT = { standalone: 6379, cluster: 6379, sentinel: 26_379 } as const

/**
 * Reads `redis://[user:password@]host[:port][/database]`, `redis+sentinel://…host,host/master[/database]` or
 * `redis+cluster://…host,host`; with `rediss` in place of `redis` over TLS. Sentinels' own user and password come as
 * `?sentinelUsername=…&sentinelPassword=…`.
 * @throws Error whose message completes "NAME ...", and shows nothing of the URL, as it may hold a password
 */
export function readRedisUrl(url: string): RedisAddress {
  const parts = URL_SHAPE.exec(url)
  if (!parts) throw new Error('must be a URL such as redis://localhost:6379, redis+sentinel:// or redis+cluster://')
  const [, tls, topology = 'standalone', login, hosts = '', path = '', query = ''] = parts
  const kind = topology.toLowerCase() === 'sentinel' ? 'sentinel' : topology === 'standalone' ? 'standalone' : 'cluster'
  const [first, ...others] = hosts.split(',').map((host) => endpointOf(host, PORT[kind]))
  if (!first || (kind === 'standalone' && others.length > 0)) throw new Error('must name one host, without a comma')
  const segments = path.split('/').slice(1).filter(Boolean).map(decode)
  const master = kind === 'sentinel' ? segments.shift() : undefined
  if (kind === 'sentinel' && !master)
    throw new Error('must name the master behind the hosts: redis+sentinel://host/name')
  const database = databaseOf(segments)
  if (kind === 'cluster' && database !== 0) throw new Error('must name no database: a Cluster has one')
  return {
    kind,
    endpoints: [first, ...others],
    database,
    tls: tls !== undefined,
    ...(master ? { master } : {}),
    ...loginOf(login),
    ...sentinelLogin(new URLSearchParams(query)),
  }
}

/** One Redis, without a password. */
export const redisAt = (host: string, port: number): RedisAddress => ({
  kind: 'standalone',
  endpoints: [{ host, port }],
  database: 0,
  tls: false,
})

/** For people: without user or password. */
export function nameOf({ endpoints, master }: RedisAddress): string {
  const hosts = endpoints.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',')
  return master ? `${master} (by Sentinels ${hosts})` : hosts
}

function endpointOf(text: string, otherwise: number): Endpoint {
  const parts = ENDPOINT.exec(text)
  const host = parts?.[1] ?? parts?.[2]
  const port = Number(parts?.[3] ?? otherwise)
  if (host === undefined || port > 65_535) throw new Error('must name hosts as host or host:port')
  return { host, port }
}

function databaseOf(segments: string[]): number {
  const [text = '0', ...rest] = segments
  if (rest.length > 0 || !/^\d{1,4}$/.test(text)) throw new Error('must end with a database number, or with nothing')
  return Number(text)
}

function loginOf(login: string | undefined): Pick<RedisAddress, 'username' | 'password'> {
  if (login === undefined || login === '') return {}
  const colon = login.indexOf(':')
  const [username, password] = colon === -1 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)]
  return {
    ...(username === '' ? {} : { username: decode(username) }),
    ...(password === '' ? {} : { password: decode(password) }),
  }
}

function sentinelLogin(query: URLSearchParams): Pick<RedisAddress, 'sentinelUsername' | 'sentinelPassword'> {
  const [username, password] = [query.get('sentinelUsername'), query.get('sentinelPassword')]
  return {
    ...(username ? { sentinelUsername: username } : {}),
    ...(password ? { sentinelPassword: password } : {}),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('must have % only before two hexadecimal digits')
  }
}
