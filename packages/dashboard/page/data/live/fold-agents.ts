import type { AgentView, JsonObject, OpsEvent } from '@opscore/contract'
import { textOf, textsOf } from './event-data.ts'

export type AgentMap = ReadonlyMap<string, AgentView>

/** The agents as they are after the events; the same map where none of them changed. */
export function foldAgents(agents: AgentMap, events: readonly OpsEvent[]): AgentMap {
  let next: Map<string, AgentView> | undefined
  for (const event of events) {
    if (event.agentId === undefined || !event.type.startsWith('agent.')) continue
    next ??= new Map(agents)
    const after = foldAgent(next.get(event.agentId), event)
    if (after === undefined) next.delete(event.agentId)
    else next.set(event.agentId, after)
  }
  return next ?? agents
}

function foldAgent(agent: AgentView | undefined, event: OpsEvent): AgentView | undefined {
  if (event.type === 'agent.registered') return registered(event)
  if (event.type === 'agent.deregistered') return undefined
  return agent && { ...agent, updatedAt: event.time, ...change(agent, event) }
}

function change(agent: AgentView, event: OpsEvent): Partial<AgentView> {
  const { data, time, type } = event
  switch (type) {
    case 'agent.state_changed':
      return { ...stated(data, time), lastSeenAt: time }
    case 'agent.liveness_changed':
      return { liveness: livenessOf(data.liveness) ?? agent.liveness }
    case 'agent.updated':
      return { ...described(data), lastSeenAt: time }
    case 'agent.place_taken':
      return roomFor(agent, [...without(agent, data), heldPlace(event)])
    case 'agent.paused':
      return { hold: holdOf(event) }
    case 'agent.drained':
      return { hold: agent.hold && { ...agent.hold, drainedAt: time } }
    case 'agent.resumed':
      return { hold: null }
    case 'agent.place_freed':
      return { places: without(agent, data) }
    default:
      return {}
  }
}

function registered({ agentId = '', data, time }: OpsEvent): AgentView {
  return {
    agentId,
    ...described(data),
    ...stated(data, time),
    registeredAt: time,
    updatedAt: time,
    liveness: 'online',
    lastSeenAt: time,
    // Until it has named a task it is given one at a time, whatever it declares.
    room: 1,
    places: [],
    hold: null,
  }
}

const holdOf = ({ data, time }: OpsEvent): AgentView['hold'] => ({
  kind: data.kind === 'drain' ? 'drain' : 'pause',
  since: time,
  reason: textOf(data.reason) ?? '',
  drainedAt: null,
})

function described(data: JsonObject) {
  return {
    agentName: textOf(data.agentName) ?? '',
    version: textOf(data.version) ?? '',
    capabilities: textsOf(data.capabilities),
    contactEndpoint: textOf(data.contactEndpoint) ?? '',
    metadata: objectOf(data.metadata),
  }
}

const stated = (data: JsonObject, time: string) => ({
  state: textOf(data.state) ?? 'UNKNOWN',
  details: objectOf(data.details),
  timestamp: textOf(data.timestamp) ?? time,
})

const roomFor = ({ room }: AgentView, places: AgentView['places']) => ({ places, room: Math.max(room, places.length) })

const without = (agent: AgentView, data: JsonObject) =>
  agent.places.filter(({ attemptId }) => attemptId !== data.attemptId)

const heldPlace = ({ data, sessionId = '', taskId = '', time }: OpsEvent): AgentView['places'][number] => ({
  attemptId: textOf(data.attemptId) ?? '',
  sessionId,
  taskId,
  takenAt: time,
})

function livenessOf(value: unknown): AgentView['liveness'] | undefined {
  return value === 'online' || value === 'quiet' || value === 'offline' || value === 'unreachable' ? value : undefined
}

function objectOf(value: unknown): JsonObject | null {
  return isObject(value) ? value : null
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
