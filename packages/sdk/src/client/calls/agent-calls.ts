import type { Accepted, AgentStateHistoryEntry, AgentView, AgentWaiting, Page } from '@opscore/contract'
import type { CallOptions, Transport } from '../transport.ts'

export interface PageOptions extends CallOptions {
  /** 1 to 200; 50 by default. A page that is heavy ends sooner, with a `nextCursor`. */
  limit?: number
  /** `nextCursor` of the page before. */
  cursor?: string
}

export interface AgentListOptions extends PageOptions {
  state?: string | readonly string[]
  capability?: string | readonly string[]
}

export interface ReasonOptions extends CallOptions {
  /** Kept with the event. */
  reason?: string
}

export interface WaitingOptions extends CallOptions {
  /** 1 to 200; 50 by default. */
  limit?: number
}

export type AgentCalls = ReturnType<typeof agentCalls>

export function agentCalls(transport: Transport) {
  const at = (agentId: string, ...rest: string[]) => ['v1', 'opscore', 'agent', agentId, ...rest]

  function hold(agentId: string, action: string, { reason, signal }: ReasonOptions): Promise<Accepted> {
    return transport.request({ method: 'POST', path: at(agentId, action), body: { reason }, repeatable: true, signal })
  }

  return {
    list({ signal, ...query }: AgentListOptions = {}): Promise<Page<AgentView>> {
      return transport.request({ method: 'GET', path: ['v1', 'opscore', 'agent'], query, signal })
    },
    get(agentId: string, { signal }: CallOptions = {}): Promise<AgentView> {
      return transport.request({ method: 'GET', path: at(agentId), signal })
    },
    async delete(agentId: string, { signal }: CallOptions = {}): Promise<void> {
      await transport.request({ method: 'DELETE', path: at(agentId), signal })
    },
    /** No new task, whatever it reports; what it has goes on. */
    pause(agentId: string, options: ReasonOptions = {}): Promise<Accepted> {
      return hold(agentId, 'pause', options)
    },
    /** The same; `agent.drained`, and `hold.drainedAt`, say when its last task has ended. */
    drain(agentId: string, options: ReasonOptions = {}): Promise<Accepted> {
      return hold(agentId, 'drain', options)
    },
    /** Tasks again. */
    resume(agentId: string, { signal }: CallOptions = {}): Promise<Accepted> {
      return hold(agentId, 'resume', { signal })
    },
    /** What the agent reported, newest first. */
    history(agentId: string, { signal, ...query }: PageOptions = {}): Promise<Page<AgentStateHistoryEntry>> {
      return transport.request({ method: 'GET', path: at(agentId, 'state', 'history'), query, signal })
    },
    /** What it would take next, in that order, and why it does not. */
    waiting(agentId: string, { signal, ...query }: WaitingOptions = {}): Promise<AgentWaiting> {
      return transport.request({ method: 'GET', path: at(agentId, 'waiting'), query, signal })
    },
    /** A sign of life, for agents that declared a `heartbeatInterval`; every report is one too. */
    heartbeat(agentId: string, { signal }: CallOptions = {}): Promise<Accepted> {
      return transport.request({ method: 'POST', path: at(agentId, 'heartbeat'), repeatable: true, signal })
    },
  }
}
