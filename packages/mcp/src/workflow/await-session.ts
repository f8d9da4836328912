import type { SessionView } from '@opscore/contract'
import { timeLimit } from '@opscore/contract/time'
import { followSession, SESSION_ENDS } from '@opscore/sdk'
import type { ToolContext } from '../tools/tool.ts'

/**
 * Waits for a session to end, and tells how many of its tasks have: not of how many, as a session has only those that it came to.
 * Resolves with the session as it is then, or as it is when the patience is over. Throws the reason of `signal`; the session goes on
 * in any case.
 */
export async function awaitSession(sessionId: string, context: ToolContext): Promise<SessionView> {
  const { client, signal, patience, progress } = context
  const late = timeLimit(patience)
  let session: SessionView | undefined
  try {
    for await (session of followSession(client, sessionId, { signal: AbortSignal.any([signal, late.signal]) })) {
      const ended = session.tasks.filter(({ status }) => SESSION_ENDS.has(status) || status === 'skipped')
      await progress(ended.length, `The session is ${session.status}`)
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!late.signal.aborted) throw error
  } finally {
    late.lift()
  }
  return session ?? (await client.sessions.get(sessionId, { signal }))
}
