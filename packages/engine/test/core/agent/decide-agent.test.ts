import type { JsonObject } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { availabilityOf, roomOf } from '../../../src/core/agent/availability.ts'
import { type AgentCommand, agentWakeAt, decideAgent, probeDelay } from '../../../src/core/agent/decide.ts'
import type { AgentEvent } from '../../../src/core/agent/events.ts'
import { evolveAgent } from '../../../src/core/agent/evolve.ts'
import type { AgentState } from '../../../src/core/agent/state.ts'
import type { ReleaseEffect } from '../../../src/core/effect.ts'

const SESSION = '0190a0a0-0000-7000-8000-000000000001'
const ATTEMPT = `${SESSION}.1.1`
const NOW = 1_700_000_000_000

const receipt = { chosen: 'a', reason: 'SESSION_AGENT' as const, candidates: [], considered: 1 }
const register = (metadata: JsonObject | null = null): AgentCommand => ({
  type: 'register',
  agentId: 'a',
  registered: { agentName: 'A', version: '1.0', capabilities: ['x'], contactEndpoint: 'http://127.0.0.1:1', metadata },
})
const report = (state: string, details: JsonObject | null = null): AgentCommand => ({
  type: 'report',
  report: { state, timestamp: '2025-01-01T00:00:00Z', details },
})
const take = (attemptId = ATTEMPT): AgentCommand => ({
  type: 'take-place',
  attemptId,
  sessionId: SESSION,
  taskId: `${SESSION}.1`,
  receipt,
})

/** Given these commands, when the last one comes: what it decides, and the state that all of them leave. */
function after(...commands: AgentCommand[]) {
  let state: AgentState | null = null
  let last: ReturnType<typeof decideAgent> = { events: [], effects: [] }
  for (const command of commands) {
    last = decideAgent('a', state, command, NOW)
    for (const event of last.events) state = evolveAgent(state, event as AgentEvent)
  }
  if (!state) throw new Error('nothing was registered')
  return { state, types: last.events.map((event) => event.type), effects: last.effects }
}

describe('an agent that registers', () => {
  it('is UNKNOWN, with the reason, and cannot take a task yet', () => {
    const { state, types } = after(register())
    expect(types).toEqual(['agent.registered'])
    expect(state.live).toMatchObject({ state: 'UNKNOWN', details: { reason: 'Initial registration' } })
    expect(availabilityOf(state)).toBe('AGENT_NOT_READY')
  })

  it('keeps state, history and places when it registers again', () => {
    const { state, types } = after(register(), report('idle'), take(), register({ config: { maxConcurrency: 3 } }))
    expect(types).toEqual(['agent.updated'])
    expect(state.live).toMatchObject({ state: 'idle', places: [{ attemptId: ATTEMPT }] })
    expect(state.registration.metadata).toEqual({ config: { maxConcurrency: 3 } })
  })

  it('begins anew after it was deregistered', () => {
    const { state, types } = after(register(), report('idle'), { type: 'deregister' }, register())
    expect(types).toEqual(['agent.registered'])
    expect(state.live).toMatchObject({ state: 'UNKNOWN', deregisteredAt: null, places: [] })
  })
})

describe('a report', () => {
  it('is refused for an agent that is not registered', () => {
    expect(() => decideAgent('ghost', null, report('idle'), NOW)).toThrow('Agent not found: ghost')
  })

  it('is one event, whatever its timestamp says', () => {
    const { state, types } = after(register(), report('idle', { anything: [1] }))
    expect(types).toEqual(['agent.state_changed'])
    expect(state.live).toMatchObject({ state: 'idle', timestamp: '2025-01-01T00:00:00Z', receivedAt: NOW })
  })

  it.each([
    ['idle', 'READY'],
    ['finished', 'READY'],
    ['active', 'READY'],
    ['daydreaming', 'READY'],
    ['toString', 'READY'],
    ['initializing', 'AGENT_NOT_READY'],
    ['error', 'AGENT_IN_ERROR'],
    ['offline', 'AGENT_OFFLINE'],
    ['stopping', 'AGENT_OFFLINE'],
    ['stopped', 'AGENT_OFFLINE'],
    ['paused', 'AGENT_OFFLINE'],
    ['maintenance', 'AGENT_OFFLINE'],
  ])('of %s makes it %s', (state, availability) => {
    expect(availabilityOf(after(register(), report(state)).state)).toBe(availability)
  })

  it('that names the task completes it, even where it overtook the active one', () => {
    const { state, types, effects } = after(
      register(),
      report('idle'),
      take(),
      report('idle', { opscore_task_id: ATTEMPT, result: { answer: 42 } }),
    )
    expect(types).toEqual(['agent.state_changed', 'agent.place_freed'])
    expect(effects).toMatchObject([
      { type: 'reported', attemptId: ATTEMPT, outcome: 'completed', result: { answer: 42 } },
    ])
    expect(state.live.places).toEqual([])
  })

  it('without an id completes a task only after an active came', () => {
    const repeated = after(register(), report('idle'), take(), report('idle'))
    expect(repeated.effects).toEqual([])
    expect(repeated.state.live.places).toHaveLength(1)
    const done = after(register(), report('idle'), take(), report('active'), report('finished', { result: 1 }))
    expect(done.effects).toMatchObject([{ outcome: 'completed', result: 1 }])
    expect(done.state.live.places).toEqual([])
  })

  it('without an id ends nothing for an agent that has named a task before', () => {
    const { effects, state } = after(
      register(),
      report('active', { opscore_task_id: `${SESSION}.9.9` }),
      report('idle'),
      take(),
      report('active'),
      report('idle'),
    )
    expect(effects).toEqual([])
    expect(state.live.places).toHaveLength(1)
  })

  it.each([
    [
      { errorCode: 'E1', message: 'm' },
      { code: 'E1', message: 'm' },
    ],
    [
      { error_code: 'E2', error: 'n' },
      { code: 'E2', message: 'n' },
    ],
    [{}, { code: 'AGENT_ERROR', message: 'The agent reported an error' }],
  ])('of error with %j fails the attempt with %j', (said, error) => {
    const details = { opscore_task_id: ATTEMPT, ...said }
    const { effects } = after(register(), report('idle'), take(), report('error', details))
    expect(effects).toMatchObject([{ outcome: 'failed', error }])
  })

  it('says once that the task runs', () => {
    const details = { opscore_task_id: ATTEMPT }
    const first = after(register(), report('idle'), take(), report('active', details))
    expect(first.effects).toMatchObject([{ outcome: 'running' }])
    expect(
      after(register(), report('idle'), take(), report('active', details), report('active', details)).effects,
    ).toEqual([])
  })

  it('for an attempt without a place is handed on, to be kept as a late result', () => {
    const { effects } = after(register(), report('idle', { opscore_task_id: ATTEMPT, result: 'late' }))
    expect(effects).toMatchObject([{ type: 'reported', sessionId: SESSION, outcome: 'completed', result: 'late' }])
  })

  it('that names no attempt of ours is only a state', () => {
    expect(after(register(), report('idle', { opscore_task_id: 'somebody else' })).effects).toEqual([])
  })
})

describe('room', () => {
  const config = { config: { maxConcurrency: 2 } }
  const echo = report('idle', { opscore_task_id: `${SESSION}.7.1` })

  it('is one until the agent has named a task, then what it declares', () => {
    expect(roomOf(after(register(config), report('idle')).state)).toBe(1)
    expect(roomOf(after(register(config), echo).state)).toBe(2)
  })

  it.each([0, -1, 1.5, '4', null, {}])('falls back to one for a maxConcurrency of %j', (maxConcurrency) => {
    expect(roomOf(after(register({ config: { maxConcurrency } }), echo).state)).toBe(1)
  })

  it('is never exceeded, and the same attempt takes one place', () => {
    const full = after(register(config), echo, take(`${SESSION}.1.1`), take(`${SESSION}.2.1`), take(`${SESSION}.3.1`))
    expect(full.types).toEqual([])
    expect(full.state.live.places).toHaveLength(2)
    expect(after(register(config), echo, take(), take()).state.live.places).toHaveLength(1)
  })

  const release = (reason: ReleaseEffect['reason']): AgentCommand => ({
    type: 'release',
    agentId: 'a',
    attemptId: ATTEMPT,
    reason,
    until: NOW + 1000,
  })

  it('is given back at once after a failed dispatch', () => {
    expect(after(register(), report('idle'), take(), release('over')).state.live.places).toEqual([])
  })

  const unfinished = ['timed_out', 'concluded'] as const

  it.each([...unfinished, 'cancelled'] as const)(
    'is kept by an agent that names tasks where its attempt is %s, until it says the end of that one',
    (reason) => {
      const slow = [register(), echo, take(), release(reason)] as const
      const kept = after(...slow)
      expect(kept.state.live.places).toMatchObject([{ until: NOW + 1000 }])
      expect([availabilityOf(kept.state), agentWakeAt(kept.state, NOW)]).toEqual(['AGENT_BUSY', NOW + 1000])
      for (const said of [report('idle'), report('active', { opscore_task_id: ATTEMPT }), echo]) {
        expect(after(...slow, said).state.live.places).toHaveLength(1)
      }
      for (const state of ['idle', 'finished', 'error']) {
        expect(after(...slow, report(state, { opscore_task_id: ATTEMPT })).state.live.places).toEqual([])
      }
    },
  )

  it.each(unfinished)('is kept by an agent that names none where its attempt is %s, until it ends it', (reason) => {
    const kept = after(register(), report('idle'), take(), release(reason))
    expect(kept.state.live.places).toMatchObject([{ until: NOW + 1000 }])
    expect(availabilityOf(kept.state)).toBe('AGENT_BUSY')
    expect(agentWakeAt(kept.state, NOW)).toBe(NOW + 1000)
    const placesAfter = (...said: AgentCommand[]) =>
      after(register(), report('idle'), take(), release(reason), ...said).state.live.places
    expect(placesAfter(report('idle'))).toEqual([])
    expect(placesAfter(report('active'), report('finished', { result: 1 }))).toEqual([])
    const busy = after(register(), report('idle'), take(), report('active'), release(reason), report('error'))
    expect(busy.state.live.places).toEqual([])
  })

  it.each(unfinished)('is kept where what its agent says is late, and of an attempt before the one %s', (reason) => {
    for (const late of [report('error'), report('finished'), report('idle', { result: 1 })]) {
      const kept = after(register(), report('idle'), take(), release(reason), late)
      expect(kept.state.live.places).toHaveLength(1)
      expect(kept.effects.filter(({ type }) => type === 'reported')).toEqual([])
    }
  })

  it('is kept after a cancellation until its time runs out', () => {
    const { state } = after(register(config), echo, take(), release('cancelled'))
    expect(state.live.places).toHaveLength(1)
    const early = decideAgent('a', state, { type: 'wake' }, NOW + 999)
    const due = decideAgent('a', state, { type: 'wake' }, NOW + 1000)
    expect([early.events.length, due.events.map((event) => event.type)]).toEqual([0, ['agent.place_freed']])
  })
})

describe('an agent that refuses', () => {
  const config = { config: { maxConcurrency: 3 } }
  const other = `${SESSION}.2.1`
  const echo = report('idle', { opscore_task_id: `${SESSION}.7.1` })
  const refuse = (retryAfter: number | null, attemptId = ATTEMPT): AgentCommand => ({
    type: 'refused',
    attemptId,
    retryAfter,
    reason: 'The agent answered 503',
  })
  const untilOf = (...commands: AgentCommand[]) => (after(...commands).state.live.demoted?.until ?? NOW) - NOW

  it('loses the place, is asked no more, and its session hears of it', () => {
    const { state, types, effects } = after(register(config), echo, take(), refuse(null))
    expect(types).toEqual(['agent.place_freed', 'agent.liveness_changed'])
    expect(effects).toMatchObject([{ type: 'refused', sessionId: SESSION, attemptId: ATTEMPT, agentId: 'a' }])
    expect(state.live.places).toEqual([])
    expect(availabilityOf(state)).toBe('AGENT_REFUSED')
    expect(after(register(config), echo, take(), refuse(null), take(other)).types).toEqual([])
  })

  it('is asked again after the time that it named, between a second and an hour, or after pauses that double up to a minute', () => {
    expect([null, 0, 5_000, 10 ** 9].map((named) => untilOf(register(), echo, take(), refuse(named)))).toEqual([
      1_000, 1_000, 5_000, 3_600_000,
    ])
    const pauses = Array.from({ length: 9 }, (_, n) => {
      const waits = { type: 'wake' } as const
      let state = after(register(), echo).state
      for (let refusals = 0; refusals <= n; refusals += 1) {
        for (const command of [waits, take(), refuse(null)]) {
          const now = (state.live.demoted?.until ?? NOW) as number
          for (const event of decideAgent('a', state, command, now).events)
            state = evolveAgent(state, event as AgentEvent)
          if (refusals === n && command.type === 'refused') return (state.live.demoted?.until ?? 0) - now
        }
      }
      return 0
    })
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })

  it('may be asked again once its time is over, which wakes it', () => {
    const { state } = after(register(), echo, take(), refuse(5_000))
    expect(agentWakeAt(state, NOW)).toBe(NOW + 5_000)
    expect(decideAgent('a', state, { type: 'wake' }, NOW + 4_999).events).toEqual([])
    const [event] = decideAgent('a', state, { type: 'wake' }, NOW + 5_000).events
    expect(event).toMatchObject({ type: 'agent.liveness_changed', data: { demoted: { refusals: 1, until: null } } })
    expect(availabilityOf(evolveAgent(state, event as AgentEvent))).toBe('READY')
  })

  it.each([
    ['idle', 'READY'],
    ['finished', 'READY'],
    ['active', 'AGENT_REFUSED'],
  ])('is %s and then %s: an end says that there may be room', (state, availability) => {
    expect(availabilityOf(after(register(), echo, take(), refuse(60_000), report(state)).state)).toBe(availability)
  })

  it('is not taken at its word where it is at work on the attempt: the message came twice', () => {
    const running = report('active', { opscore_task_id: ATTEMPT })
    expect(after(register(), echo, take(), running, refuse(null))).toMatchObject({ types: [], effects: [] })
    expect(after(register(), echo, refuse(null))).toMatchObject({ types: [], effects: [] })
  })

  it('has nothing of an attempt that ended meanwhile, and no session is told', () => {
    const cancel = { type: 'release', agentId: 'a', attemptId: ATTEMPT, reason: 'cancelled', until: NOW + 9 } as const
    const { state, effects } = after(register(), echo, take(), cancel, refuse(null))
    expect([state.live.places, effects]).toEqual([[], []])
  })

  it('ranks behind until it completes an attempt, as one that let an attempt time out does', () => {
    const timeOut = { type: 'release', agentId: 'a', attemptId: ATTEMPT, reason: 'timed_out', until: NOW + 9 } as const
    const late = report('idle', { opscore_task_id: ATTEMPT })
    const failed = report('error', { opscore_task_id: other })
    const done = report('idle', { opscore_task_id: other })
    const direct = { ...timeOut, attemptId: other, reason: 'over', completed: true } as const
    for (const cause of [refuse(null), timeOut]) {
      const behind = [register(config), echo, take(), cause] as const
      const isBehind = (...commands: AgentCommand[]) => after(...behind, ...commands).state.live.demoted !== undefined
      expect([isBehind(), isBehind(late), isBehind(late, take(other), failed)]).toEqual([true, true, true])
      expect([isBehind(late, take(other), done), isBehind(late, take(other), direct)]).toEqual([false, false])
    }
  })
})

describe('an agent that is gone', () => {
  it('loses its tasks when it is deregistered', () => {
    const { state, effects } = after(register(), report('idle'), take(), { type: 'deregister' })
    expect(effects).toMatchObject([{ type: 'lost', attemptId: ATTEMPT, sessionId: SESSION }])
    expect(state.live.places).toEqual([])
    expect(availabilityOf(state)).toBe('AGENT_OFFLINE')
  })

  it('speaks of the task that was on its way when it left, where it is back before that arrives', () => {
    const back = [register(), report('idle'), take(), { type: 'deregister' }, register(), report('idle')] as const
    const { state } = after(...back)
    expect(availabilityOf(state)).toBe('AGENT_BUSY')
    expect(agentWakeAt(state, NOW)).toBe(NOW + 15_000)
    const done = after(...back, report('active'), report('finished', { result: 1 }))
    expect(done.effects).toMatchObject([{ type: 'reported', attemptId: ATTEMPT, outcome: 'completed', result: 1 }])
    expect(availabilityOf(done.state)).toBe('READY')
  })

  it('is given tasks again at once where it names them, and when nothing can be on its way any more', () => {
    const named = report('active', { opscore_task_id: 'another' })
    const back = [{ type: 'deregister' }, register(), report('idle')] as const
    expect(availabilityOf(after(register(), named, report('idle'), take(), ...back).state)).toBe('READY')
    const { state } = after(register(), report('idle'), take(), ...back)
    const [expired] = decideAgent('a', state, { type: 'wake' }, NOW + 15_000).events
    expect(expired).toMatchObject({ type: 'agent.place_freed', data: { attemptId: ATTEMPT, reason: 'expired' } })
  })

  it('is unreachable after three failed contacts in a row, and any report clears it', () => {
    const failed: AgentCommand = { type: 'contacted', reached: false }
    const { state } = after(register(), report('idle'), failed, failed, failed)
    expect(availabilityOf(state)).toBe('DISPATCH_UNREACHABLE')
    expect(agentWakeAt(state, NOW)).toBe(NOW + 1000)
    expect(availabilityOf(after(register(), report('idle'), failed, failed, failed, report('idle')).state)).toBe(
      'READY',
    )
  })

  it('is not looked at any more once it is deregistered', () => {
    const failed: AgentCommand = { type: 'contacted', reached: false }
    const { state } = after(register(), failed, failed, failed, { type: 'deregister' })
    expect(agentWakeAt(state, NOW)).toBeNull()
  })

  it('is probed at growing intervals, at most a minute apart', () => {
    expect([3, 4, 5, 9, 50].map(probeDelay)).toEqual([1_000, 2_000, 4_000, 60_000, 60_000])
  })
})
