import type { Log } from '@opscore/engine'
import { OutboundError } from '@opscore/host'

export interface AgentKitWatch {
  answered(status: number): void
  silent(error: unknown): void
}

/** Statuses that no message gets past until an operator mends something: the key is missing, wrong or too narrow. */
const KEY_REFUSED = new Set([401, 403])

/** Says once that AgentKit is out, and once that it is back: a line for each outage, not for each message. */
export function watchAgentKit(log: Log): AgentKitWatch {
  let out = false

  function fell(reason: string): void {
    if (!out) log.warn({ reason }, 'AgentKit takes no messages')
    out = true
  }

  return {
    answered(status) {
      if (KEY_REFUSED.has(status)) return fell(`It answered ${status}: is AGENTKIT_API_KEY right?`)
      if (out) log.info({}, 'AgentKit takes messages again')
      out = false
    },
    silent(error) {
      const kind = error instanceof OutboundError ? error.kind : 'broken'
      if (kind === 'unreachable' || kind === 'refused') fell(error instanceof Error ? error.message : String(error))
    },
  }
}
