import type { AgentMessage, JsonObject } from '@opscore/contract'
import { parseExactly } from '@opscore/host'

/** What an agent finds in every message, whoever sent it. */
const ALWAYS_THERE = ['timestamp', 'sessionContext', 'task_name', 'opscore_session_id', 'opscore_task_id'] as const

/**
 * The message as it goes to the agent: with a `timestamp`, a whole `sessionContext`, and `null` for what else was left out, as
 * the Python AgentKit prints it. One that has all of it keeps its bytes; in another one integers keep their digits.
 */
export function fillMessage(message: AgentMessage, bytes: Buffer, now: Date): Buffer {
  const { timestamp, sessionContext } = message
  const isWhole = ALWAYS_THERE.every((name) => message[name] !== undefined) && hasParts(sessionContext)
  if (isWhole && timestamp !== null) return bytes
  const exact: JsonObject = parseExactly(bytes.toString('utf8'))
  const filled = {
    ...Object.fromEntries(ALWAYS_THERE.map((name) => [name, null])),
    ...exact,
    timestamp: timestamp ?? now.toISOString(),
    sessionContext: sessionContext ? { sessionId: null, priorMessages: [], ...Object(exact.sessionContext) } : null,
  }
  return Buffer.from(JSON.stringify(filled))
}

function hasParts(context: AgentMessage['sessionContext']): boolean {
  return !context || ('sessionId' in context && 'priorMessages' in context)
}
