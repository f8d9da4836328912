import type { EventType, SessionView } from '@opscore/contract'
import { timeLimit } from '@opscore/contract/time'
import type { ToolContext } from '../tools/tool.ts'
import { ENDED } from './session-brief.ts'

const TASK_ENDS: EventType[] = ['task.completed', 'task.failed', 'task.cancelled', 'task.skipped']
const SESSION_ENDS: EventType[] = ['session.completed', 'session.failed', 'session.cancelled']

/**
 * Waits for a session to end, and tells how many of its tasks have: not of how many, as a session has only those that it came to. Resolves with the session as it is then, or as it is when
 * the patience is over. Throws the reason of `signal`; the session goes on in any case.
 */
export async function awaitSession(sessionId: string, context: ToolContext): Promise<SessionView> {
  const { client, signal, patience, progress } = context
  const late = timeLimit(patience)
  const opened = Promise.withResolvers<void>()
  const enough = new AbortController()
  const events = client.events({
    filters: { sessionId, type: [...TASK_ENDS, ...SESSION_ENDS] },
    signal: AbortSignal.any([signal, late.signal, enough.signal]),
    onOpen: opened.resolve,
  })
  const ended = new Set<string>()

  /** How it is by now; what an event says may be old. */
  async function look(): Promise<SessionView> {
    const session = await client.sessions.get(sessionId, { signal })
    for (const { taskId, status } of session.tasks) if (ENDED.has(status) || status === 'skipped') ended.add(taskId)
    await progress(ended.size, `The session is ${session.status}`)
    return session
  }

  try {
    let next = ahead(events)
    // The stream is open before the session is read, so that its end is in one of the two.
    await Promise.race([opened.promise, next])
    let session = await look()
    while (!ENDED.has(session.status)) {
      const { done, value: event } = await next
      if (done) break
      next = ahead(events)
      if (event.type === 'resync' || event.type.startsWith('session.')) session = await look()
      else if (event.taskId !== undefined && !ended.has(event.taskId)) {
        ended.add(event.taskId)
        await progress(ended.size, `${event.taskDefinitionId}: ${event.type.slice(5)}`)
      }
    }
    signal.throwIfAborted()
    return ENDED.has(session.status) ? session : await client.sessions.get(sessionId, { signal })
  } finally {
    enough.abort()
    late.lift()
    await events.return(undefined)
  }
}

/** Whoever awaits it hears of a failure; until then it is no unhandled one. */
function ahead<T>(events: AsyncGenerator<T>): Promise<IteratorResult<T>> {
  const next = events.next()
  next.catch(() => {})
  return next
}
