import type { ServerSettings } from '@opscore/server'
import { type RedisAddress, readRedisUrl, redisAt } from '@opscore/server/migration'
import { CommandFailure, EXIT } from '../exit-code.ts'

const SQLITE = /^sqlite(?::(.+))?$/
/** `redis:` before the URL may be left out. */
const REDIS = /^redis$|^redis:(?=rediss?[:+])|^(?=rediss?(?:\+\w+)?:\/\/)/

/**
 * What is copied and where to, as the options name it, or the settings where they name the kind alone: so that a
 * password need not be an argument.
 * @throws CommandFailure
 */
export function placeOf(
  { from, to }: { from: string; to: string },
  settings: Pick<ServerSettings, 'dataDir' | 'redisUrl' | 'redisHost' | 'redisPort'>,
): { from: string; to: RedisAddress } {
  const source = SQLITE.exec(from)
  if (!source || !REDIS.test(to)) {
    throw new CommandFailure('Stores are moved from SQLite to Redis alone.', {
      exitCode: EXIT.usage,
      hint: 'Such as: opscore migrate --from sqlite:.opscore --to redis:redis://localhost:6379',
    })
  }
  const configured = settings.redisUrl ?? redisAt(settings.redisHost, settings.redisPort)
  return {
    from: source[1] ?? settings.dataDir,
    to: to === 'redis' ? configured : addressIn(to.replace(REDIS, '')),
  }
}

function addressIn(url: string): RedisAddress {
  try {
    return readRedisUrl(url)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`--to ${problem}`, { exitCode: EXIT.usage })
  }
}
