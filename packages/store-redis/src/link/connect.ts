import { once } from 'node:events'
import { timeLimit } from '@opscore/contract/time'
import { certificateProblem } from './certificate-problem.ts'
import { type Client, createClient } from './client.ts'
import { nameOf, type RedisAddress } from './redis-address.ts'
import { RedisUnfitError } from './redis-unfit-error.ts'
import { loadScripts } from './script.ts'
import { checkServers, type ServerFacts } from './server-check.ts'

export interface Connected {
  client: Client
  facts: ServerFacts
}

export interface ConnectOptions {
  address: RedisAddress
  /** How long Redis may take to be there; milliseconds. */
  startWithin: number
  /** What `CLIENT LIST` calls the connection. */
  name?: string
  /** Ends it at once, whatever it waits for. */
  signal?: AbortSignal
}

/**
 * Connects to Redis, makes sure that it can be relied on, and hands the client to `use`. Where that fails the client is
 * closed, and the error says of whom it speaks.
 * @throws RedisUnfitError, or the signal's reason
 */
export async function connect<T>(
  { address, startWithin, name, signal }: ConnectOptions,
  use: (connected: Connected) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const client = createClient(address, 'fails', name)
  const trouble = createTrouble(client)
  // Every call that waits for an answer is told so.
  const abandon = () => client.disconnect()
  signal?.addEventListener('abort', abandon)
  try {
    if (!(await connected(client, startWithin, [trouble.forGood, signal]))) throw new Error('it does not answer')
    const facts = await checkServers(client)
    await loadScripts(client)
    return await use({ client, facts })
  } catch (error) {
    client.disconnect()
    signal?.throwIfAborted()
    if (error instanceof RedisUnfitError) throw error
    // What the connection said, such as that the password is wrong, says more than how the first call failed.
    const reason = trouble.last() || (error instanceof Error ? error.message : String(error))
    throw new RedisUnfitError(`Redis at ${nameOf(address)} cannot be reached: ${reason}`)
  } finally {
    signal?.removeEventListener('abort', abandon)
  }
}

/** Whether it was within that time; the client goes on trying by itself until then, or until one of the signals. */
async function connected(client: Client, within: number, ends: (AbortSignal | undefined)[]): Promise<boolean> {
  const ready = new Promise<true>((resolve) => client.once('ready', () => resolve(true)))
  client.connect().catch(() => {})
  const late = timeLimit(within)
  const over = AbortSignal.any([late.signal, ...ends.filter((each) => each !== undefined)])
  try {
    return await Promise.race([ready, over.aborted ? false : once(over, 'abort').then(() => false)])
  } finally {
    late.lift()
  }
}

/** What the connections say, and a signal for what no further try mends. */
function createTrouble(client: Client): { last: () => string; forGood: AbortSignal } {
  const forGood = new AbortController()
  let last = ''
  client.on('error', (error: Error) => {
    const untrusted = certificateProblem(error)
    last = untrusted ?? (error.message || String(error))
    if (untrusted) forGood.abort()
  })
  return { last: () => last, forGood: forGood.signal }
}
