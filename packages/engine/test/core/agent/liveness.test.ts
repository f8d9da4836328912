import { describe, expect, it } from 'vitest'
import { availabilityOf } from '../../../src/core/agent/availability.ts'
import { type AgentCommand, agentWakeAt, decideAgent } from '../../../src/core/agent/decide.ts'
import type { AgentEvent } from '../../../src/core/agent/events.ts'
import { evolveAgent, withHeartbeat } from '../../../src/core/agent/evolve.ts'
import { livenessOf } from '../../../src/core/agent/liveness.ts'
import type { AgentState } from '../../../src/core/agent/state.ts'

const NOW = 1_700_000_000_000
const SESSION = '0190a0a0-0000-7000-8000-000000000001'
const receipt = { chosen: 'a', reason: 'SESSION_AGENT' as const, candidates: [], considered: 1 }

function agentWith(heartbeatInterval: unknown) {
  let state: AgentState | null = null
  const send = (command: AgentCommand, now: number) => {
    const decision = decideAgent('a', state, command, now)
    for (const event of decision.events) state = evolveAgent(state, event as AgentEvent)
    if (state && command.type === 'heartbeat') state = withHeartbeat(state, now)
    return decision
  }
  const metadata = { config: { heartbeatInterval } } as never
  const registered = { agentName: 'A', version: '1', capabilities: [], contactEndpoint: 'http://x', metadata }
  send({ type: 'register', agentId: 'a', registered }, NOW)
  send({ type: 'report', report: { state: 'idle', timestamp: '', details: null } }, NOW)
  const current = (): AgentState => state ?? (undefined as never)
  return { send, current }
}

const take: AgentCommand = {
  type: 'take-place',
  attemptId: `${SESSION}.1.1`,
  sessionId: SESSION,
  taskId: `${SESSION}.1`,
  receipt,
}

describe('an agent that declared a heartbeat interval', () => {
  it('is quiet after one missed and offline after three, and not before', () => {
    const { send, current } = agentWith('10s')
    for (const [at, liveness] of [
      [9_999, 'online'],
      [10_000, 'quiet'],
      [29_999, 'quiet'],
      [30_000, 'offline'],
    ] as const) {
      send({ type: 'wake' }, NOW + at)
      expect([at, livenessOf(current())]).toEqual([at, liveness])
    }
    expect(availabilityOf(current())).toBe('AGENT_OFFLINE')
  })

  it('wants to be looked at just then', () => {
    const { send, current } = agentWith(10)
    expect(agentWakeAt(current(), NOW)).toBe(NOW + 10_000)
    send({ type: 'wake' }, NOW + 10_000)
    expect(agentWakeAt(current(), NOW + 10_000)).toBe(NOW + 30_000)
    send({ type: 'wake' }, NOW + 30_000)
    expect(agentWakeAt(current(), NOW + 30_000)).toBeNull()
  })

  it('loses its tasks when it goes offline, and they are given to others', () => {
    const { send, current } = agentWith('10s')
    send(take, NOW)
    const { effects } = send({ type: 'wake' }, NOW + 30_000)
    expect(effects).toMatchObject([{ type: 'lost', attemptId: `${SESSION}.1.1` }])
    expect(current().live.places).toEqual([])
  })

  it('is back with any word from it', () => {
    const { send, current } = agentWith('10s')
    send({ type: 'wake' }, NOW + 30_000)
    send({ type: 'heartbeat' }, NOW + 40_000)
    expect(livenessOf(current())).toBe('online')
    send({ type: 'wake' }, NOW + 49_000)
    expect(livenessOf(current())).toBe('online')
  })
})

describe('an agent that declared none', () => {
  it.each([undefined, null, 0, -5, 'soon', {}])('as %j does, is never called gone for being silent', (declared) => {
    const { send, current } = agentWith(declared)
    send(take, NOW)
    const { events, effects } = send({ type: 'wake' }, NOW + 365 * 86_400_000)
    expect([events, effects]).toEqual([[], []])
    expect(livenessOf(current())).toBe('online')
    expect(agentWakeAt(current(), NOW)).toBeNull()
  })
})
