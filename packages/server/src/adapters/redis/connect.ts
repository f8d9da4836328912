import { once } from 'node:events'
import { type Client, createClient } from './client.ts'
import { nameOf, type RedisAddress } from './redis-address.ts'
import { RedisUnfitError } from './redis-unfit-error.ts'
import { loadScripts } from './script.ts'
import { checkServers, type ServerFacts } from './server-check.ts'

export interface Connected {
  client: Client
  facts: ServerFacts
}

/**
 * Connects to Redis, makes sure that it can be relied on, and hands the client to `use`. Where that fails the client is
 * closed, and the error says of whom it speaks.
 * @throws RedisUnfitError
 */
export async function connect<T>(
  { address, startWithin, name }: { address: RedisAddress; startWithin: number; name?: string },
  use: (connected: Connected) => Promise<T>,
): Promise<T> {
  const client = createClient(address, 'fails', name)
  const trouble = { last: '' }
  client.on('error', (error: Error) => {
    trouble.last = error.message || String(error)
  })
  try {
    if (!(await connected(client, startWithin))) throw new Error('it does not answer')
    const facts = await checkServers(client)
    await loadScripts(client)
    return await use({ client, facts })
  } catch (error) {
    client.disconnect()
    if (error instanceof RedisUnfitError) throw error
    // What the connection said, such as that the password is wrong, says more than how the first call failed.
    const reason = trouble.last || (error instanceof Error ? error.message : String(error))
    throw new RedisUnfitError(`Redis at ${nameOf(address)} cannot be reached: ${reason}`)
  }
}

/** Whether it was within that time; the client goes on trying by itself until then. */
async function connected(client: Client, within: number): Promise<boolean> {
  const ready = new Promise<true>((resolve) => client.once('ready', () => resolve(true)))
  client.connect().catch(() => {})
  return await Promise.race([ready, once(AbortSignal.timeout(within), 'abort').then(() => false)])
}
