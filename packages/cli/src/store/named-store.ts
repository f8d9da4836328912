/** Stores as options name them: by kind and place, or by kind alone where the settings name the place, so that a password need not be an argument. */
import type { ServerSettings } from '@opscore/server'
import { type RedisAddress, readRedisUrl, redisAt, type StoreAt } from '@opscore/server/migration'
import { CommandFailure, EXIT } from '../exit-code.ts'

type Configured = Pick<ServerSettings, 'dataDir' | 'redisUrl' | 'redisHost' | 'redisPort'>

const SQLITE = /^sqlite(?::(.+))?$/
/** `redis:` before the URL may be left out. */
const REDIS = /^redis$|^redis:(?=rediss?[:+])|^(?=rediss?(?:\+\w+)?:\/\/)/

/**
 * What is copied and where to.
 * @throws CommandFailure
 */
export function placeOf(
  { from, to }: { from: string; to: string },
  settings: Configured,
): { from: string; to: RedisAddress } {
  const source = SQLITE.exec(from)
  if (!source || !REDIS.test(to)) {
    throw new CommandFailure('Stores are moved from SQLite to Redis alone.', {
      exitCode: EXIT.usage,
      hint: 'Such as: opscore migrate --from sqlite:.opscore --to redis:redis://localhost:6379',
    })
  }
  return { from: source[1] ?? settings.dataDir, to: redisOf('--to', to, settings) }
}

/**
 * The store that an option names; the one of the settings where it names none.
 * @throws CommandFailure
 */
export function storeOf(
  option: '--from' | '--to',
  name: string | undefined,
  settings: Configured & Pick<ServerSettings, 'storage'>,
): StoreAt {
  const named = name ?? settings.storage
  const sqlite = SQLITE.exec(named)
  if (sqlite) return { dataDir: sqlite[1] ?? settings.dataDir }
  if (REDIS.test(named)) return { redis: redisOf(option, named, settings) }
  throw new CommandFailure(`${option} must name a store that lasts, not "${named}".`, {
    exitCode: EXIT.usage,
    hint: `Such as: ${option} sqlite:.opscore, or ${option} redis:redis://localhost:6379`,
  })
}

function redisOf(option: string, name: string, { redisUrl, redisHost, redisPort }: Configured): RedisAddress {
  if (name === 'redis') return redisUrl ?? redisAt(redisHost, redisPort)
  try {
    return readRedisUrl(name.replace(REDIS, ''))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`${option} ${problem}`, { exitCode: EXIT.usage })
  }
}
