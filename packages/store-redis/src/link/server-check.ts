/** What a Redis must be to hold the truth, and what it promises as it is set up (reliability.md, "Redis"). */
import type { Redis } from 'ioredis'
import { type Client, mastersOf } from './client.ts'
import { RedisUnfitError } from './redis-unfit-error.ts'
import { reply } from './reply.ts'

export interface ServerFacts {
  version: string
  /** When a write is on disk: before it is acknowledged, within a second, when the system likes, never. */
  persistence: 'always' | 'everysec' | 'no' | 'off'
}

/** Streams are trimmed by position, and sorted sets read by text and in reverse, from this version on. */
const LEAST = [6, 2] as const

/** What each persistence promises, in a sentence for the log. */
export const PROMISES: Record<ServerFacts['persistence'], string> = {
  always: 'What is acknowledged is on disk: a crash of Redis loses nothing',
  everysec: 'A crash of Redis loses the last second of what was acknowledged, at most',
  no: 'A crash of the machine loses what the system has not written yet; set appendfsync to everysec or always',
  off: 'A restart of Redis may lose everything that was acknowledged; set appendonly to yes',
}

const WORSE: readonly ServerFacts['persistence'][] = ['always', 'everysec', 'no', 'off']

/**
 * Looks at every master; the worst of them counts.
 * @throws RedisUnfitError for one that is too old, evicts keys, or is a replica
 */
export async function checkServers(client: Client): Promise<ServerFacts> {
  const all = await Promise.all(mastersOf(client).map(checkServer))
  const [worst] = all.toSorted((a, b) => WORSE.indexOf(b.persistence) - WORSE.indexOf(a.persistence))
  if (!worst) throw new RedisUnfitError('The Redis Cluster has no master')
  return worst
}

async function checkServer(node: Redis): Promise<ServerFacts> {
  const info = infoOf(reply.text(await node.call('INFO')))
  const version = info.get('redis_version') ?? '0'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
    throw new RedisUnfitError(`Redis ${version} is too old: Ops-Core needs ${LEAST.join('.')} or later`)
  }
  const policy = info.get('maxmemory_policy')
  if (policy !== 'noeviction') {
    throw new RedisUnfitError(
      `Redis has maxmemory-policy ${policy}, which would throw parts of the store away when memory runs short: set it to noeviction`,
    )
  }
  if (info.get('role') !== 'master') {
    throw new RedisUnfitError('This Redis is a replica, which takes no writes: name its master, or its Sentinels')
  }
  return { version, persistence: info.get('aof_enabled') === '1' ? await appendFsync(node) : 'off' }
}

/** Where the setting may not be read, as with hosted ones, the default is assumed. */
async function appendFsync(node: Redis): Promise<ServerFacts['persistence']> {
  const found = await node.call('CONFIG', 'GET', 'appendfsync').then(reply.texts, () => [])
  return found[1] === 'always' || found[1] === 'no' ? found[1] : 'everysec'
}

function infoOf(text: string): Map<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}
