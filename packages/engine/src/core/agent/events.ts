/** The events of an agent's log, each with the shape of its data. Folding them gives the agent's state. */
import type { JsonObject, RoutingReceipt } from '@opscore/contract'
import type { EventDraft } from '../event.ts'
import type { Liveness } from './liveness.ts'
import type { AgentRegistration, Demotion, Hold, Place } from './state.ts'

type Of<T extends EventDraft['type'], D> = {
  type: T
  time: number
  agentId: string
  sessionId?: string
  taskId?: string
  data: D
}

export type Registered = Omit<AgentRegistration, 'agentId' | 'registeredAt' | 'updatedAt'>

/** `liveness` follows from `silence` and `failedDispatches`; what is kept are those, and `demoted`, where it is. */
export type LivenessChange = {
  liveness: Liveness
  silence: 'online' | 'quiet' | 'offline'
  failedDispatches: number
  demoted?: Demotion
}

export type AgentEvent =
  /** `left`: places that it takes up again, as their messages may still reach it. */
  | Of<'agent.registered', Registered & { state: string; details: JsonObject; timestamp: string; left?: Place[] }>
  | Of<'agent.updated', Registered>
  | Of<'agent.deregistered', Record<string, never>>
  | Of<'agent.state_changed', { state: string; details: JsonObject | null; timestamp: string }>
  | Of<'agent.liveness_changed', LivenessChange>
  | Of<'agent.paused', { kind: Hold['kind']; reason: string }>
  | Of<'agent.resumed', Record<string, never>>
  | Of<'agent.drained', Record<string, never>>
  | Of<'agent.place_taken', { attemptId: string; receipt: RoutingReceipt }>
  | Of<'agent.place_kept', { attemptId: string; until: number }>
  | Of<'agent.place_freed', { attemptId: string; reason: 'reported' | 'released' | 'expired' | 'lost' | 'refused' }>
