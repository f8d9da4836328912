/** Agents' logs: what one said of itself, what it was doing, its places, and whether it was there. */
import type { JsonObject } from '@opscore/contract'
import { type AgentCommand, agentWakeAt, decideAgent } from '../../src/core/agent/decide.ts'
import type { AgentEvent, Registered } from '../../src/core/agent/events.ts'
import { evolveAgent } from '../../src/core/agent/evolve.ts'
import type { AgentState } from '../../src/core/agent/state.ts'
import { attemptIdOf, taskIdOf } from '../../src/core/session/state.ts'
import { SESSION_ID, START } from '../../src/testing/virtual-session.ts'
import { committed, fold, HISTORY_FORMAT } from './history.ts'

const AGENT_ID = '0190a0a0-0000-7000-8000-0000000000a1'

interface AgentPlay {
  send(command: AgentCommand): void
  /** Moves time on by so many milliseconds, and wakes the agent wherever it asked to be woken. */
  pass(milliseconds: number): void
  say(state: string, details?: JsonObject | null): void
  take(place: number): string
  readonly now: number
}

export interface AgentScenario {
  name: string
  play: (agent: AgentPlay) => void
}

/** Plays the scenario. The same scenario gives the same history. */
export function recordAgent({ name, play }: AgentScenario): unknown {
  const decided: AgentEvent[] = []
  let state: AgentState | null = null
  let now = START

  function send(command: AgentCommand): void {
    // An agent's decisions are events of its own log.
    const events = decideAgent(AGENT_ID, state, command, now).events as AgentEvent[]
    for (const event of events) state = evolveAgent(state, event)
    decided.push(...events)
  }

  play({
    send,
    get now() {
      return now
    },
    pass(milliseconds) {
      const until = now + milliseconds
      for (let at = wakeIn(state, now); at !== null && at <= until; at = wakeIn(state, now)) {
        now = Math.max(now + 1, at)
        send({ type: 'wake' })
      }
      now = until
    },
    say(said, details = null) {
      send({ type: 'report', report: { state: said, timestamp: new Date(now).toISOString(), details } })
    },
    take(place) {
      const taskId = taskIdOf(SESSION_ID, place)
      const attemptId = attemptIdOf(taskId, 1)
      const receipt = { chosen: AGENT_ID, reason: 'LEAST_LOADED' as const, candidates: [], considered: 1 }
      send({ type: 'take-place', attemptId, sessionId: SESSION_ID, taskId, receipt })
      return attemptId
    },
  })
  const events = committed(decided)
  return { format: HISTORY_FORMAT, kind: 'agent', name, events, state: fold('agent', events) }
}

function wakeIn(state: AgentState | null, now: number): number | null {
  return state === null ? null : agentWakeAt(state, now)
}

const registration = (config: JsonObject | null, capabilities = ['work']): AgentCommand => {
  const registered: Registered = {
    agentName: 'worker-1',
    version: '1.0',
    capabilities,
    contactEndpoint: 'http://127.0.0.1:8080/tasks',
    metadata: config === null ? null : { config },
  }
  return { type: 'register', agentId: AGENT_ID, registered }
}

export const AGENT_SCENARIOS: readonly AgentScenario[] = [
  {
    name: 'agent-comes-and-goes',
    play(agent) {
      agent.send(registration(null))
      agent.say('initializing')
      agent.say('idle', { host: 'a' })
      agent.pass(1_000)
      agent.send(registration({ maxConcurrency: 2 }, ['work', 'draw']))
      agent.pass(1_000)
      agent.send({ type: 'deregister' })
      agent.pass(1_000)
      agent.send(registration(null))
    },
  },
  {
    name: 'agent-with-room-for-two',
    play(agent) {
      agent.send(registration({ maxConcurrency: 2 }))
      agent.say('idle', { opscore_task_id: 'an older one' })
      const [one, two] = [agent.take(0), agent.take(1)]
      agent.take(2)
      agent.say('active', { opscore_task_id: two })
      agent.pass(500)
      agent.say('idle', { opscore_task_id: two, result: { ok: true } })
      agent.say('error', { opscore_task_id: one, errorCode: 'BROKEN' })
    },
  },
  {
    name: 'agent-that-names-no-task',
    play(agent) {
      agent.send(registration({ maxConcurrency: 5 }))
      agent.say('idle')
      const first = agent.take(0)
      agent.say('idle')
      agent.say('active')
      agent.send({
        type: 'release',
        agentId: AGENT_ID,
        attemptId: first,
        reason: 'timed_out',
        until: agent.now + 60_000,
      })
      agent.pass(10_000)
      agent.say('idle')
      const second = agent.take(1)
      agent.say('active')
      agent.send({
        type: 'release',
        agentId: AGENT_ID,
        attemptId: second,
        reason: 'timed_out',
        until: agent.now + 60_000,
      })
      agent.pass(60_000)
      const third = agent.take(2)
      agent.send({ type: 'release', agentId: AGENT_ID, attemptId: third, reason: 'over', until: agent.now })
    },
  },
  {
    name: 'agent-that-breaks-its-promise',
    play(agent) {
      agent.send(registration({ heartbeatInterval: '10s' }))
      agent.say('idle')
      agent.take(0)
      agent.say('active')
      agent.pass(45_000)
      agent.say('idle')
    },
  },
  {
    name: 'agent-that-cannot-be-reached',
    play(agent) {
      agent.send(registration(null))
      agent.say('idle')
      for (let failed = 0; failed < 4; failed += 1) agent.send({ type: 'contacted', reached: false })
      agent.send({ type: 'contacted', reached: true })
      agent.send({ type: 'contacted', reached: false })
      agent.send({ type: 'heartbeat' })
    },
  },
  {
    name: 'agent-that-an-operator-holds',
    play(agent) {
      agent.send(registration({ maxConcurrency: 2 }))
      agent.say('idle', { opscore_task_id: attemptIdOf(taskIdOf(SESSION_ID, 9), 1) })
      const last = agent.take(0)
      agent.send({ type: 'hold', kind: 'pause', reason: 'The model is changed' })
      agent.send({ type: 'hold', kind: 'drain', reason: 'The machine goes' })
      agent.say('active', { opscore_task_id: last })
      agent.say('idle', { opscore_task_id: last })
      agent.send({ type: 'unhold' })
      agent.send({ type: 'hold', kind: 'drain', reason: 'The machine goes' })
      agent.send({ type: 'unhold' })
    },
  },
  {
    name: 'agent-that-refuses-and-overruns',
    play(agent) {
      agent.send(registration({ maxConcurrency: 2 }))
      agent.say('idle', { opscore_task_id: attemptIdOf(taskIdOf(SESSION_ID, 9), 1) })
      const refused = agent.take(0)
      agent.send({ type: 'refused', attemptId: refused, retryAfter: 5_000, reason: 'The agent answered 429' })
      agent.pass(10_000)
      const slow = agent.take(1)
      const until = agent.now + 60_000
      agent.send({ type: 'release', agentId: AGENT_ID, attemptId: slow, reason: 'timed_out', until })
      agent.say('idle', { opscore_task_id: slow })
      const good = agent.take(2)
      agent.say('active', { opscore_task_id: good })
      agent.say('idle', { opscore_task_id: good, result: 'in time' })
    },
  },
]
