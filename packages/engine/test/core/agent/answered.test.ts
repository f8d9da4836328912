import type { JsonObject } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { availabilityOf, roomOf } from '../../../src/core/agent/availability.ts'
import { type AgentCommand, decideAgent } from '../../../src/core/agent/decide.ts'
import type { AgentEvent } from '../../../src/core/agent/events.ts'
import { evolveAgent } from '../../../src/core/agent/evolve.ts'
import type { AgentState } from '../../../src/core/agent/state.ts'

const SESSION = '0190a0a0-0000-7000-8000-000000000001'
const ATTEMPT = `${SESSION}.1.1`
const registered = { agentName: 'A', version: '1.0', capabilities: ['x'], contactEndpoint: 'http://127.0.0.1:1' }
const receipt = { chosen: 'a', reason: 'SESSION_AGENT' as const, candidates: [], considered: 1 }

const register = (metadata: JsonObject | null = null): AgentCommand => ({
  type: 'register',
  agentId: 'a',
  registered: { ...registered, metadata },
})
const report = (state: string, details: JsonObject | null = null): AgentCommand => ({
  type: 'report',
  report: { state, timestamp: '2025-01-01T00:00:00Z', details },
})
const take = (attemptId = ATTEMPT): AgentCommand => ({
  type: 'take-place',
  attemptId,
  sessionId: SESSION,
  taskId: attemptId.slice(0, attemptId.lastIndexOf('.')),
  receipt,
})

/** The state that all the commands leave, with what the last one decided. */
function after(...commands: AgentCommand[]) {
  let state: AgentState | null = null
  let last: ReturnType<typeof decideAgent> = { events: [], effects: [] }
  for (const command of commands) {
    last = decideAgent('a', state, command, 1_700_000_000_000)
    for (const event of last.events) state = evolveAgent(state, event as AgentEvent)
  }
  if (!state) throw new Error('nothing was registered')
  return { state, types: last.events.map((event) => event.type), effects: last.effects }
}

describe('an agent that answers with its result', () => {
  const answers = { config: { answers: 'result', maxConcurrency: 3 } }
  const other = `${SESSION}.2.1`
  const answer = (attemptId = ATTEMPT, status: 'completed' | 'failed' = 'completed'): AgentCommand => ({
    type: 'answered',
    attemptId,
    answer: { opscore_task_id: attemptId, status, result: 42 },
  })

  it('can take as many tasks as it declares from its registration on', () => {
    const { state } = after(register(answers))
    expect([state.live.state, availabilityOf(state), roomOf(state)]).toEqual(['UNKNOWN', 'READY', 3])
  })

  it('counts by a state that it does report', () => {
    expect(availabilityOf(after(register(answers), report('maintenance')).state)).toBe('AGENT_OFFLINE')
  })

  it('that does so no more has room for one again, until it names a task', () => {
    const state = after(register(answers), register(), report('idle')).state
    expect([roomOf(state), state.live.echoes]).toEqual([1, false])
  })

  it('gives its place back with an answer, which says nothing of its state', () => {
    const { state, types, effects } = after(register(answers), take(), take(other), answer(other))
    expect([types, state.live.state]).toEqual([['agent.place_freed'], 'UNKNOWN'])
    expect(state.live.places.map(({ attemptId }) => attemptId)).toEqual([ATTEMPT])
    expect(effects).toMatchObject([
      { type: 'reported', attemptId: other, outcome: 'completed', result: 42, error: null },
    ])
  })

  it('fails an attempt with an answer, with a code and words where it has none', () => {
    const { effects } = after(register(answers), take(), answer(ATTEMPT, 'failed'))
    const error = { code: 'AGENT_ERROR', message: 'The agent reported an error' }
    expect(effects).toMatchObject([{ outcome: 'failed', result: null, error }])
  })

  it('frees no place with the second answer, or with one after its report', () => {
    const idle = report('idle', { opscore_task_id: other })
    for (const first of [answer(other), idle]) {
      const { state, types } = after(register(answers), take(), take(other), first, answer(other))
      expect([types, state.live.places.length]).toEqual([[], 1])
    }
  })

  it('ends nothing with a report that names no task', () => {
    const { state } = after(register(answers), take(), report('active'), report('idle', { result: 1 }))
    expect(state.live.places).toHaveLength(1)
  })

  it('is reached again with an answer', () => {
    const failed: AgentCommand = { type: 'contacted', reached: false }
    const { state } = after(register(answers), take(), failed, failed, failed, answer())
    expect([state.live.failedDispatches, availabilityOf(state)]).toEqual([0, 'READY'])
  })
})
