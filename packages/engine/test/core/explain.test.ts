import { describe, expect, it } from 'vitest'
import { evolveAgent } from '../../src/core/agent/evolve.ts'
import type { AgentState } from '../../src/core/agent/state.ts'
import { explain, type Surroundings } from '../../src/core/explain.ts'
import { play, SESSION_ID, START } from './session/play.ts'

const task = (taskId: string, rest: object = {}) => ({ taskId, name: taskId, ...rest })
const workflow = (...tasks: object[]) => ({ id: 'w', name: 'W', version: '1', tasks }) as never
const A1 = `${SESSION_ID}.1.1`

function agent(state: string, live: Partial<AgentState['live']> = {}): AgentState {
  const data = { agentName: 'A', version: '1', capabilities: [], contactEndpoint: 'http://x', metadata: null }
  const registered = evolveAgent(null, {
    type: 'agent.registered',
    time: START,
    agentId: 'agent',
    data: { ...data, state, details: {}, timestamp: '' },
  })
  return { ...registered, live: { ...registered.live, ...live } }
}

const place = { attemptId: 'x', sessionId: 's', taskId: 't', takenAt: START, phase: 'held' as const, until: null }
const causes = (session: ReturnType<typeof play>, around: Surroundings = {}) =>
  explain(
    session.state,
    session.workflow,
    new Map(session.state.tasks.flatMap((one) => (one ? [[one.taskId, around]] : []))),
  )

describe('why a task waits', () => {
  it.each([
    ['AGENT_NOT_READY', { agent: { agentId: 'agent', state: agent('UNKNOWN') } }],
    ['AGENT_IN_ERROR', { agent: { agentId: 'agent', state: agent('error') } }],
    ['AGENT_OFFLINE', { agent: { agentId: 'agent', state: agent('stopped') } }],
    ['AGENT_OFFLINE', { agent: { agentId: 'agent', state: agent('idle', { silence: 'offline' }) } }],
    ['AGENT_BUSY', { agent: { agentId: 'agent', state: agent('idle', { places: [place] }) } }],
    ['DISPATCH_UNREACHABLE', { agent: { agentId: 'agent', state: agent('idle', { failedDispatches: 3 }) } }],
    [
      'AGENT_REFUSED',
      { agent: { agentId: 'agent', state: agent('idle', { demoted: { refusals: 1, until: START + 9 } }) } },
    ],
    ['AGENT_UNKNOWN', { agent: { agentId: 'agent', state: null } }],
    ['NO_SUCH_CAPABILITY', { candidates: [] }],
    ['AGENT_BUSY', { candidates: [agent('stopped'), agent('idle', { places: [place] })] }],
    ['BEING_PLACED', { agent: { agentId: 'agent', state: agent('idle') } }],
  ])('is %s', (code, around) => {
    expect(causes(play(workflow(task('a'))), around)).toMatchObject([{ code, taskDefinitionId: 'a' }])
  })

  it('is an agent that can be depended on and is busy, where the task lost an attempt: not one that ranks behind', () => {
    const session = play(workflow(task('a', { agentCapability: 'x' })))
    const idle = agent('idle', { demoted: { refusals: 0, until: null } })
    const candidates = [idle, agent('idle', { places: [place] })]
    expect(causes(session, { candidates })).toMatchObject([{ code: 'BEING_PLACED' }])
    session.assign()
    session.report(A1, { error: { code: 'E', message: 'broke' } })
    session.wake()
    expect(causes(session, { candidates })).toMatchObject([{ code: 'AGENT_BUSY' }])
    expect(causes(session, { candidates: [idle] })).toMatchObject([{ code: 'BEING_PLACED' }])
  })

  it('is the report of its agent, with when that times out', () => {
    const session = play(workflow(task('a', { timeouts: { startToClose: '1m' } })))
    session.assign()
    expect(causes(session)).toMatchObject([{ code: 'AWAITING_REPORT', until: new Date(START + 60_000).toISOString() }])
  })

  it('is its back-off, with when that ends', () => {
    const session = play(workflow(task('a', { retry: { initialInterval: '1s', jitter: 0 } })))
    session.assign()
    session.report(A1, { error: { code: 'E', message: 'broke' } })
    const until = new Date(START + 1_000).toISOString()
    expect(causes(session)).toMatchObject([{ code: 'BACKING_OFF', until, detail: 'The attempt before failed: broke' }])
  })

  it('is a join, naming what it waits for', () => {
    const session = play(
      workflow(
        task('a', { next: [{ to: 'b' }, { to: 'c' }] }),
        task('b', { nextTaskId: 'd' }),
        task('c', { nextTaskId: 'd' }),
        task('d'),
      ),
    )
    session.assign()
    session.report(A1, { result: 1 })
    session.assign()
    session.report(`${SESSION_ID}.2.1`, { result: 2 })
    expect(causes(session)).toMatchObject([
      { code: 'AWAITING_REPORT', taskDefinitionId: 'c' },
      { code: 'AWAITING_JOIN', taskDefinitionId: 'd', detail: 'Waits for "c"' },
    ])
  })

  it('is the pause of its session', () => {
    const session = play(workflow(task('a')))
    session.send({ type: 'pause', reason: '' })
    expect(causes(session)).toMatchObject([
      { code: 'PAUSED', taskId: null },
      { code: 'PAUSED', taskDefinitionId: 'a' },
    ])
  })

  it('is nothing for a session that has ended', () => {
    expect(causes(play(workflow()))).toEqual([])
  })
})
