/** Who else uses the Redis that is filled or read, and what is said where that, or Redis itself, stands in the way. */
import { wait } from '@opscore/contract/time'
import { MigrationError } from '@opscore/engine/moving'
import { type Client, CONNECTION, mastersOf } from '../link/client.ts'
import { RedisUnfitError } from '../link/redis-unfit-error.ts'
import { reply } from '../link/reply.ts'

/** How often it is asked who is there, and after how long again; milliseconds. */
const LOOKS = 5
const LOOK_AGAIN = 200
/** What is wrong is said by the error that ends it. */
export const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** Those who are at work name their connections, and BullMQ does as well. Hosted ones may not say who is there. */
async function namesOf(client: Client): Promise<string[]> {
  const lists = await Promise.all(
    mastersOf(client).map((node) => node.call('CLIENT', 'LIST').then(reply.text, () => '')),
  )
  return lists.flatMap((list) => [...list.matchAll(/ name=(\S+)/g)].map(([, name = '']) => name))
}

/** One that was stopped a moment ago may still be listed. */
export async function whoIsAtWork(client: Client, own: string): Promise<MigrationError | null> {
  let others: string[] = []
  for (let looked = 0; looked < LOOKS; looked++) {
    if (looked > 0) await wait(LOOK_AGAIN)
    const ours = (await namesOf(client)).filter((name) => name.replace(/^\{/, '').startsWith(CONNECTION))
    others = ours.filter((name) => name !== own)
    if (others.length === 0) return null
  }
  const filling = others.some((name) => name.startsWith(`${CONNECTION}-migrate`))
  return new MigrationError(
    `${filling ? 'Another migration' : 'Ops-Core'} is at work on this Redis (${others.length} connections).`,
    'Stop every process that uses it, and run this again. Connections are listed by CLIENT LIST.',
  )
}

export async function asMigrationError<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof RedisUnfitError)) throw error
    throw new MigrationError(`${error.message}.`, 'Nothing was changed in the data directory.')
  }
}
