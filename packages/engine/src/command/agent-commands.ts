/** Registering agents, and taking in what they and AgentKit report. */
import type { AgentDetails } from '@opscore/contract'
import type { Agents, Sessions } from '../aggregate/agents-and-sessions.ts'
import type { Registered } from '../core/agent/events.ts'
import { parseAttemptId } from '../core/session/state.ts'
import type { EngineCommands } from '../engine.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import { once } from './once.ts'

type AgentCommands = Pick<
  EngineCommands,
  | 'registerAgent'
  | 'deregisterAgent'
  | 'controlAgent'
  | 'reportState'
  | 'heartbeatAgent'
  | 'dispatchFailed'
  | 'dispatchRefused'
  | 'taskAnswered'
>

export function createAgentCommands(parts: {
  store: Store
  agents: Agents
  sessions: Sessions
  clock: Clock
}): AgentCommands {
  const { store, agents, sessions, clock } = parts
  return {
    async registerAgent(details, asked) {
      const { agentId } = details
      const known = await agents.read(agentId)
      const created = !known || known.live.deregisteredAt !== null
      const command = { type: 'register', agentId, registered: registeredOf(details) } as const
      return once(
        store,
        clock.now(),
        { kind: 'agent', id: agentId },
        asked,
        { agentId, created },
        (execution) => agents.execute(agentId, command, execution),
        () => agents.execute(agentId, { ...command, unlessItStands: true }),
      )
    },
    async deregisterAgent(agentId, asked) {
      const command = { type: 'deregister' } as const
      await once(
        store,
        clock.now(),
        { kind: 'agent', id: agentId },
        asked,
        null,
        (execution) => agents.execute(agentId, command, execution),
        () => agents.execute(agentId, command),
      )
    },
    async controlAgent(agentId, action) {
      await agents.execute(agentId, action)
    },
    reportState: (agentId, { state, timestamp, details }) =>
      agents.execute(agentId, { type: 'report', report: { state, timestamp, details: details ?? null } }),
    async heartbeatAgent(agentId) {
      await agents.execute(agentId, { type: 'heartbeat' })
    },
    async dispatchFailed({ attemptId, agentId, reason, retryable, reached }, asked) {
      const sessionId = parseAttemptId(attemptId)?.sessionId
      if (!sessionId || !(await sessions.read(sessionId))) return
      const code = retryable ? 'DISPATCH_FAILED' : 'DISPATCH_REJECTED'
      const sentTo = agentId === null ? {} : { agentId }
      const command = { ...sentTo, type: 'dispatch-failed', attemptId, code, reason } as const
      await once(store, clock.now(), { kind: 'session', id: sessionId }, asked, null, async (execution) => {
        await sessions.execute(sessionId, command, execution)
        // Only with the first of several deliveries: three failures in a row make an agent unreachable.
        if (agentId) await agents.execute(agentId, { type: 'contacted', reached })
      })
    },
    async dispatchRefused({ agentId, ...refusal }, asked) {
      await once(store, clock.now(), { kind: 'agent', id: agentId }, asked, null, (execution) =>
        agents.execute(agentId, { ...refusal, type: 'refused' }, execution),
      )
    },
    async taskAnswered({ agentId, attemptId, answer }, asked) {
      await once(store, clock.now(), { kind: 'agent', id: agentId }, asked, null, (execution) =>
        agents.execute(agentId, { type: 'answered', attemptId, answer }, execution),
      )
    },
  }
}

/** Absent and `null` lists are empty; unknown keys of the notification are not kept. */
function registeredOf({ agentName, version, capabilities, contactEndpoint, metadata }: AgentDetails): Registered {
  return { agentName, version, capabilities: capabilities ?? [], contactEndpoint, metadata: metadata ?? null }
}
