import { EVENT_TYPES, type EventType, type OpsEvent, type SessionView } from '@opscore/contract'
import { timeLimit } from '@opscore/contract/time'
import type { OpsCoreClient } from '@opscore/sdk'
import { CommandFailure, EXIT } from '../exit-code.ts'

/** What happens in sessions; what agents say of their places is told by it. */
export const SESSION_EVENTS: EventType[] = EVENT_TYPES.filter((type) => /^(session|task)\./.test(type))
export const SESSION_ENDS: ReadonlySet<string> = new Set(['session.completed', 'session.failed', 'session.cancelled'])

export interface Watch {
  client: OpsCoreClient
  sessionId: string
  show: (event: OpsEvent) => void
  /** Milliseconds; without it for as long as the session takes. */
  timeout: number | undefined
  /** The person wants to look no longer. */
  interrupted: AbortSignal
}

/**
 * Shows what happened in a session and what happens, each event once and in order, until it has ended; then gives the
 * session.
 * @throws CommandFailure `timedOut` or `interrupted` where looking ended first: the session goes on
 */
export async function watchSession({ client, sessionId, show, timeout, interrupted }: Watch): Promise<SessionView> {
  const late = timeLimit(timeout ?? Number.POSITIVE_INFINITY)
  const signal = AbortSignal.any([interrupted, late.signal])
  try {
    // A stream waits for a server that is away. One that was never there is an error.
    await client.sessions.get(sessionId, { signal })
    for await (const event of follow(client, sessionId, signal)) show(event)
    signal.throwIfAborted()
    return await client.sessions.get(sessionId, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
    const exitCode = late.signal.aborted ? EXIT.timedOut : EXIT.interrupted
    const when = late.signal.aborted ? 'in time' : 'yet'
    throw new CommandFailure(`The session has not ended ${when}, and goes on.`, {
      exitCode,
      hint: `See opscore session watch ${sessionId}.`,
    })
  } finally {
    late.lift()
  }
}

/** @throws CommandFailure `sessionFailed` where it did not complete */
export function checkCompleted({ status, error }: SessionView): void {
  if (status === 'completed') return
  const why = error ? `: ${error.code}: ${error.message}` : ''
  throw new CommandFailure(`The session ${status === 'failed' ? 'failed' : `is ${status}`}${why}`, {
    exitCode: EXIT.sessionFailed,
  })
}

/** The stream is open before the history is read, so nothing falls between; what is in both is told once. */
async function* follow(client: OpsCoreClient, sessionId: string, signal: AbortSignal): AsyncGenerator<OpsEvent> {
  const done = new AbortController()
  const opened = Promise.withResolvers<void>()
  const stream = client.events({
    filters: { sessionId, type: SESSION_EVENTS },
    signal: AbortSignal.any([signal, done.signal]),
    onOpen: opened.resolve,
  })
  const seen = new Set<string>()
  // A failed session that is retried goes on: its last word counts.
  let ended = false
  function* news(events: readonly OpsEvent[]): Generator<OpsEvent> {
    for (const event of events) {
      if (seen.has(event.id)) continue
      seen.add(event.id)
      if (event.type.startsWith('session.')) ended = SESSION_ENDS.has(event.type)
      yield event
    }
  }
  try {
    let next = ahead(stream)
    await Promise.race([opened.promise, next])
    for await (const page of history(client, sessionId, signal)) yield* news(page)
    while (!ended) {
      const { done: over, value: event } = await next
      if (over) return
      next = ahead(stream)
      if (event.type !== 'resync') yield* news([event])
      else for await (const page of history(client, sessionId, signal)) yield* news(page)
    }
  } finally {
    done.abort()
    await stream.return(undefined)
  }
}

/** Whoever awaits it hears of a failure; until then it is no unhandled one. */
function ahead<T>(stream: AsyncGenerator<T>): Promise<IteratorResult<T>> {
  const next = stream.next()
  next.catch(() => {})
  return next
}

async function* history(client: OpsCoreClient, sessionId: string, signal: AbortSignal): AsyncGenerator<OpsEvent[]> {
  let cursor: string | null = null
  do {
    const page = await client.sessions.events(sessionId, { limit: 200, signal, ...(cursor === null ? {} : { cursor }) })
    yield page.items
    cursor = page.nextCursor
  } while (cursor !== null)
}
