import type { SessionView } from '@opscore/contract'
import type { OpsCoreClient } from '../client/ops-core-client.ts'
import type { CallOptions } from '../client/transport.ts'

export const SESSION_ENDS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])

/**
 * A session as it is, and as it is after each change, until it has ended. Changes that come faster than it is read are one. Throws
 * what the client's calls throw, and the reason of `signal`; the session goes on.
 */
export async function* followSession(
  client: OpsCoreClient,
  sessionId: string,
  { signal }: CallOptions = {},
): AsyncGenerator<SessionView, void, undefined> {
  const over = new AbortController()
  const opened = Promise.withResolvers<void>()
  let news = Promise.withResolvers<void>()
  const reading = read()

  async function read(): Promise<void> {
    const events = client.events({
      filters: { sessionId },
      signal: signal ? AbortSignal.any([signal, over.signal]) : over.signal,
      onOpen: opened.resolve,
    })
    for await (const _ of events) news.resolve()
  }

  try {
    // The stream is open before the session is read, so that no change falls between.
    await Promise.race([opened.promise, reading])
    for (;;) {
      signal?.throwIfAborted()
      news = Promise.withResolvers()
      const session = await client.sessions.get(sessionId, { signal })
      yield session
      if (SESSION_ENDS.has(session.status)) return
      await Promise.race([news.promise, reading])
    }
  } finally {
    over.abort()
    await reading.catch(() => {})
  }
}
