import { answersWithResult } from './availability.ts'
import type { AgentEvent, LivenessChange, Registered } from './events.ts'
import { afterHold } from './hold.ts'
import { endsWork, namedAttempt, showsWork } from './report.ts'
import type { AgentLive, AgentRegistration, AgentState, Place } from './state.ts'

/** The agent's state after an event. Only a registration makes something of nothing. */
export function evolveAgent(state: AgentState | null, event: AgentEvent): AgentState {
  if (event.type === 'agent.registered') return registered(event, event.data)
  if (!state) throw new Error(`An agent's log begins with agent.registered, not with ${event.type}`)
  const { registration, live } = state
  switch (event.type) {
    case 'agent.updated':
      return {
        registration: {
          ...registrationOf(event.agentId, event.data, event.time),
          registeredAt: registration.registeredAt,
        },
        live: { ...live, echoes: namesTasks(live, registration, event.data) },
      }
    case 'agent.deregistered':
      return {
        registration,
        live: { ...live, places: [], deregisteredAt: event.time, ...leftBehind(live, event.time) },
      }
    case 'agent.state_changed':
      return { registration, live: afterReport(live, event) }
    case 'agent.liveness_changed':
      return { registration, live: afterLiveness(live, event.data) }
    case 'agent.paused':
    case 'agent.resumed':
    case 'agent.drained':
      return { registration, live: afterHold(live, event) }
    case 'agent.place_taken':
      return { registration, live: { ...live, lastUsedAt: event.time, places: [...live.places, taken(event)] } }
    case 'agent.place_kept': {
      const { attemptId, until } = event.data
      return { registration, live: withPlace(live, attemptId, (place) => ({ ...place, until })) }
    }
    case 'agent.place_freed':
      return {
        registration,
        live: { ...live, places: live.places.filter((p) => p.attemptId !== event.data.attemptId) },
      }
  }
}

/** How long a message may be on its way: to connect, be sent and answered (reliability.md, "Defaults to ship"). In milliseconds. */
const ON_ITS_WAY = 15_000

/**
 * A report that names nothing speaks of the one task that the agent has. A message sent before it left may reach it after it came
 * back, and must not be taken for its next task.
 */
function leftBehind({ echoes, places }: AgentLive, now: number): { left?: Place[] } {
  const left = echoes ? [] : places.filter(({ phase, until }) => phase === 'held' && until === null)
  return left.length === 0 ? {} : { left: left.map((place) => ({ ...place, until: now + ON_ITS_WAY, onItsWay: true })) }
}

function registered(
  event: Extract<AgentEvent, { type: 'agent.registered' }>,
  data: Registered & { left?: Place[] },
): AgentState {
  const live: AgentLive = {
    state: event.data.state,
    details: event.data.details,
    timestamp: event.data.timestamp,
    receivedAt: event.time,
    echoes: answersWithResult(event.data),
    places: data.left ?? [],
    lastUsedAt: 0,
    seenAt: event.time,
    silence: 'online',
    failedDispatches: 0,
    deregisteredAt: null,
  }
  return { registration: registrationOf(event.agentId, data, event.time), live }
}

/**
 * An answer names its attempt, so an agent that answers with its result speaks of no task where it names none. Registered
 * without that it is taken for one that names none until it does.
 */
function namesTasks(live: AgentLive, before: AgentRegistration, after: Registered): boolean {
  return answersWithResult(after) || (live.echoes && !answersWithResult(before))
}

function registrationOf(agentId: string, data: Registered, now: number): AgentRegistration {
  return {
    agentId,
    agentName: data.agentName,
    version: data.version,
    capabilities: data.capabilities,
    contactEndpoint: data.contactEndpoint,
    metadata: data.metadata,
    registeredAt: now,
    updatedAt: now,
  }
}

/** What the agent is doing after a report. */
export function afterReport(live: AgentLive, event: Pick<ReportEvent, 'time' | 'data'>): AgentLive {
  const { state, details, timestamp } = event.data
  const named = namedAttempt(details)
  const next = {
    ...live,
    state,
    details,
    timestamp,
    receivedAt: event.time,
    seenAt: event.time,
    echoes: live.echoes || named !== null,
  }
  if (!showsWork(state) || endsWork(state)) return next
  const place = named ? live.places.find((p) => p.attemptId === named) : live.echoes ? undefined : live.places[0]
  if (place?.phase !== 'held') return next
  return withPlace(next, place.attemptId, (held) => ({ ...held, phase: 'running' }))
}

function taken(event: Extract<AgentEvent, { type: 'agent.place_taken' }>): Place {
  return {
    attemptId: event.data.attemptId,
    sessionId: event.sessionId ?? '',
    taskId: event.taskId ?? '',
    takenAt: event.time,
    phase: 'held',
    until: null,
  }
}

function afterLiveness({ demoted: _, ...live }: AgentLive, change: LivenessChange): AgentLive {
  const { silence, failedDispatches, demoted } = change
  return { ...live, silence, failedDispatches, ...(demoted ? { demoted } : {}) }
}

type ReportEvent = Extract<AgentEvent, { type: 'agent.state_changed' }>

function withPlace(live: AgentLive, attemptId: string, change: (place: Place) => Place): AgentLive {
  return { ...live, places: live.places.map((place) => (place.attemptId === attemptId ? change(place) : place)) }
}

/** The agent after a sign of life that is no report: the one change of its state that no event tells. */
export function withHeartbeat(state: AgentState, now: number): AgentState {
  return { registration: state.registration, live: { ...state.live, seenAt: now } }
}
