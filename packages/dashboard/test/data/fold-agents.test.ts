import type { OpsEvent } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { foldAgents } from '../../page/data/live/fold-agents.ts'

const at = (second: number) => new Date(1_700_000_000_000 + second * 1_000).toISOString()

const event = (
  type: OpsEvent['type'],
  second: number,
  data: OpsEvent['data'] = {},
  more: Partial<OpsEvent> = {},
): OpsEvent => ({
  ...{ id: `0-${second}`, type, time: at(second), agentId: 'a-1', data },
  ...more,
})

const REGISTERED = event('agent.registered', 0, {
  ...{ agentName: 'writer', version: '1', capabilities: ['write', 7], contactEndpoint: 'http://h/', metadata: null },
  ...{ state: 'UNKNOWN', details: null, timestamp: at(0) },
})
const after = (...events: OpsEvent[]) => foldAgents(new Map(), [REGISTERED, ...events])
const taken = (attemptId: string) => event('agent.place_taken', 2, { attemptId }, { sessionId: 's', taskId: 's.1' })

describe('an agent of the fleet', () => {
  it('is there once it has registered, and takes one task at a time', () => {
    expect(after().get('a-1')).toMatchObject({
      agentName: 'writer',
      capabilities: ['write'],
      room: 1,
      places: [],
      state: 'UNKNOWN',
    })
  })

  it('is in the state that it reported, and was seen then', () => {
    const reported = event('agent.state_changed', 3, { state: 'active', details: { a: 1 }, timestamp: at(2) })
    expect(after(reported).get('a-1')).toMatchObject({
      state: 'active',
      details: { a: 1 },
      timestamp: at(2),
      lastSeenAt: at(3),
    })
  })

  it('holds what it took until that is freed, and never more than it has room for', () => {
    expect(after(taken('x'), taken('y')).get('a-1')).toMatchObject({
      room: 2,
      places: [{ attemptId: 'x' }, { attemptId: 'y' }],
    })
    expect(after(taken('x'), event('agent.place_freed', 3, { attemptId: 'x' })).get('a-1')?.places).toEqual([])
  })

  it('keeps its liveness where an event says none that is known', () => {
    expect(after(event('agent.liveness_changed', 3, { liveness: 'quiet' })).get('a-1')?.liveness).toBe('quiet')
    expect(after(event('agent.liveness_changed', 3, { liveness: 'asleep' })).get('a-1')?.liveness).toBe('online')
  })

  it('is gone when it is deregistered', () => expect(after(event('agent.deregistered', 3)).size).toBe(0))

  it('that nobody knows is not made up', () => expect(foldAgents(new Map(), [taken('x')]).size).toBe(0))
})

it('what happens in sessions alone leaves the fleet the same object', () => {
  const agents = after()
  expect(foldAgents(agents, [event('task.running', 4, {}, { sessionId: 's' })])).toBe(agents)
})
