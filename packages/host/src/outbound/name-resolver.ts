import { promises as dns } from 'node:dns'
import { startTimer } from '@opscore/contract/time'
import { OutboundError } from './outbound-error.ts'
import { readSystemNames, type SystemNames } from './system-names.ts'

export interface ResolvedAddress {
  address: string
  family: 4 | 6
}

/** Names to addresses. Never `getaddrinfo`: four slow names would fill libuv's thread pool, and the disk with them. */
export interface NameResolver {
  /** At least one address, IPv4 first. Throws `OutboundError` `unreachable`; within the time limit either way. */
  resolve(name: string): Promise<readonly ResolvedAddress[]>
}

export interface NameResolverOptions {
  /** `address:port` of name servers; the system's by default. */
  servers?: readonly string[]
  /** Milliseconds for one name, all of its searches together. */
  timeLimit?: number
  /** How long, in milliseconds, a failure is answered from memory. */
  failureMemory?: number
}

interface Remembered {
  until: number
  outcome: Promise<readonly ResolvedAddress[]>
}

/** An answer is kept as long as its TTL says, within these bounds in seconds. */
const TTL_BOUNDS = { least: 1, most: 30 }
const CACHE_SIZE = 10_000

/** The system's files and name servers are read again when they are older than this, in milliseconds. */
const SYSTEM_AGE = 10_000

export function createNameResolver(options: NameResolverOptions = {}): NameResolver {
  const { servers, timeLimit = 2000, failureMemory = 30_000 } = options
  const remembered = new Map<string, Remembered>()
  let system: { readAt: number; names: Promise<SystemNames>; resolver: dns.Resolver } | undefined

  function currentSystem() {
    if (system === undefined || Date.now() - system.readAt > SYSTEM_AGE) {
      const resolver = new dns.Resolver({ timeout: Math.ceil(timeLimit / 3), tries: 2 })
      if (servers !== undefined) resolver.setServers([...servers])
      system = { readAt: Date.now(), names: readSystemNames(), resolver }
    }
    return system
  }

  async function lookUp(name: string, entry: Remembered): Promise<readonly ResolvedAddress[]> {
    const { names, resolver } = currentSystem()
    const known = await names
    const listed = known.hosts.get(name) ?? (isLocalhost(name) ? ['127.0.0.1', '::1'] : undefined)
    if (listed !== undefined) {
      entry.until = 0
      return inOrder(listed)
    }
    for (const candidate of candidates(name, known)) {
      const found = await query(resolver, candidate)
      if (found.addresses.length === 0) continue
      entry.until = Date.now() + Math.min(TTL_BOUNDS.most, Math.max(TTL_BOUNDS.least, found.ttl)) * 1000
      return inOrder(found.addresses)
    }
    throw new OutboundError('unreachable', `The name ${name} has no address`)
  }

  function remember(name: string): Remembered {
    const entry: Remembered = { until: Date.now() + failureMemory, outcome: Promise.resolve([]) }
    entry.outcome = withinTime(lookUp(name, entry), timeLimit, name)
    // Whoever waits gets the failure; here it only must not count as unhandled.
    entry.outcome.catch(() => {})
    if (remembered.size >= CACHE_SIZE) for (const oldest of remembered.keys()) if (remembered.delete(oldest)) break
    remembered.set(name, entry)
    return entry
  }

  return {
    resolve(name) {
      const key = name.toLowerCase()
      const entry = remembered.get(key)
      if (entry !== undefined && Date.now() < entry.until) return entry.outcome
      remembered.delete(key)
      return remember(key).outcome
    },
  }
}

/** The names to try, in resolv.conf's order. */
export function candidates(name: string, { search, ndots }: Pick<SystemNames, 'search' | 'ndots'>): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const under = search.map((domain) => `${name}.${domain}`)
  return name.split('.').length - 1 >= ndots ? [name, ...under] : [...under, name]
}

async function query(resolver: dns.Resolver, name: string): Promise<{ addresses: string[]; ttl: number }> {
  const answers = await Promise.allSettled([
    resolver.resolve4(name, { ttl: true }),
    resolver.resolve6(name, { ttl: true }),
  ])
  const records = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  return { addresses: records.map(({ address }) => address), ttl: Math.min(...records.map(({ ttl }) => ttl)) }
}

function inOrder(addresses: readonly string[]): ResolvedAddress[] {
  const all = addresses.map((address): ResolvedAddress => ({ address, family: address.includes(':') ? 6 : 4 }))
  return all.sort((left, right) => left.family - right.family)
}

function isLocalhost(name: string): boolean {
  return /^(?:.*\.)?localhost\.?$/.test(name)
}

function withinTime<T>(work: Promise<T>, milliseconds: number, name: string): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const callOff = startTimer(milliseconds, () => {
    reject(new OutboundError('unreachable', `The name ${name} was not resolved within ${milliseconds} ms`))
  })
  work.then(resolve, reject).finally(callOff)
  return promise
}
