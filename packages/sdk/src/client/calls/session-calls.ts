import type {
  Accepted,
  Explanation,
  OpsEvent,
  Page,
  ReadOrder,
  SessionStatus,
  SessionSummary,
  SessionView,
  SignalAccepted,
  SignalRequest,
} from '@opscore/contract'
import { randomKey } from '../random-key.ts'
import type { CallOptions, Transport } from '../transport.ts'
import type { PageOptions, ReasonOptions } from './agent-calls.ts'

export interface SessionListOptions extends PageOptions {
  status?: SessionStatus | readonly SessionStatus[]
  agentId?: string | readonly string[]
  workflowId?: string | readonly string[]
  /** ISO 8601; started then or later. */
  startedFrom?: string
  /** ISO 8601; started before. */
  startedTo?: string
}

export interface EventListOptions extends PageOptions {
  /** `asc`, the oldest first, by default; `desc`: the newest. A cursor goes on in the order that it was made in. */
  order?: ReadOrder
}

export type SessionCalls = ReturnType<typeof sessionCalls>

export function sessionCalls(transport: Transport) {
  const at = (sessionId: string, ...rest: string[]) => ['v1', 'opscore', 'session', sessionId, ...rest]

  function act(sessionId: string, action: string, { reason, signal }: ReasonOptions, repeatable: boolean) {
    const path = at(sessionId, action)
    return transport.request<Accepted>({ method: 'POST', path, body: { reason }, repeatable, signal })
  }

  return {
    list({ signal, ...query }: SessionListOptions = {}): Promise<Page<SessionSummary>> {
      return transport.request({ method: 'GET', path: ['v1', 'opscore', 'session'], query, signal })
    },
    /** The session with its tasks and their attempts. */
    get(sessionId: string, { signal }: CallOptions = {}): Promise<SessionView> {
      return transport.request({ method: 'GET', path: at(sessionId), signal })
    },
    /** What happened in it, oldest first where no `order` says otherwise. */
    events(sessionId: string, { signal, ...query }: EventListOptions = {}): Promise<Page<OpsEvent>> {
      return transport.request({ method: 'GET', path: at(sessionId, 'event'), query, signal })
    },
    /** Why it waits: at least one cause for whatever is open. */
    explain(sessionId: string, { signal }: CallOptions = {}): Promise<Explanation> {
      return transport.request({ method: 'GET', path: at(sessionId, 'explain'), signal })
    },
    /** Nothing new is dispatched; agents that take cancels are told. */
    cancel(sessionId: string, options: ReasonOptions = {}): Promise<Accepted> {
      return act(sessionId, 'cancel', options, true)
    },
    /** Running tasks end, nothing new starts. */
    pause(sessionId: string, options: ReasonOptions = {}): Promise<Accepted> {
      return act(sessionId, 'pause', options, true)
    },
    resume(sessionId: string, options: CallOptions = {}): Promise<Accepted> {
      return act(sessionId, 'resume', options, true)
    },
    /** Tells the session something. `id` counts once, and is made up where it is absent, so that a lost answer is asked for again. */
    signal(
      sessionId: string,
      { name, payload, id = randomKey() }: SignalRequest,
      { signal }: CallOptions = {},
    ): Promise<SignalAccepted> {
      const body = payload === undefined ? { name, id } : { name, payload, id }
      return transport.request({ method: 'POST', path: at(sessionId, 'signal'), body, repeatable: true, signal })
    },
    /** A failed session goes on from its failed tasks. Not repeated by itself: each one that arrives is another try. */
    retry(sessionId: string, options: CallOptions = {}): Promise<Accepted> {
      return act(sessionId, 'retry', options, false)
    },
  }
}
