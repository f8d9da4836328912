import type { OpsEvent, Page, SessionStatus, SessionSummary, SessionView } from '@opscore/contract'
import type { PageOptions } from './agent-calls.ts'
import type { CallOptions, Transport } from './transport.ts'

export interface SessionListOptions extends PageOptions {
  status?: SessionStatus | readonly SessionStatus[]
  agentId?: string | readonly string[]
  workflowId?: string | readonly string[]
  /** ISO 8601; started then or later. */
  startedFrom?: string
  /** ISO 8601; started before. */
  startedTo?: string
}

export type SessionCalls = ReturnType<typeof sessionCalls>

export function sessionCalls(transport: Transport) {
  const at = (sessionId: string) => `/v1/opscore/session/${encodeURIComponent(sessionId)}`
  return {
    list({ signal, ...query }: SessionListOptions = {}): Promise<Page<SessionSummary>> {
      return transport.request({ method: 'GET', path: '/v1/opscore/session', query, signal })
    },
    /** The session with its tasks and their attempts. */
    get(sessionId: string, { signal }: CallOptions = {}): Promise<SessionView> {
      return transport.request({ method: 'GET', path: at(sessionId), signal })
    },
    /** What happened in it, oldest first. */
    events(sessionId: string, { signal, ...query }: PageOptions = {}): Promise<Page<OpsEvent>> {
      return transport.request({ method: 'GET', path: `${at(sessionId)}/event`, query, signal })
    },
  }
}
