import type { OpsEvent, SessionSummary } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { begun, fits, foldSession } from '../../page/data/live/fold-sessions.ts'

const at = (second: number) => new Date(1_700_000_000_000 + second * 1_000).toISOString()

const event = (type: OpsEvent['type'], second: number, data: OpsEvent['data'] = {}): OpsEvent => ({
  ...{ id: `0-${second}`, type, time: at(second), sessionId: 's-1', data },
})

const STARTED = event('session.started', 0, {
  workflowId: 'w',
  workflowVersion: '2',
  workflowRevision: 3,
  agentId: 'a-1',
})
const after = (...events: OpsEvent[]): SessionSummary => events.reduce(foldSession, begun(STARTED))

describe('a row of the session list', () => {
  it('begins as the server would show it', () => {
    expect(after()).toEqual({
      ...{ sessionId: 's-1', workflowId: 'w', workflowVersion: '2', workflowRevision: 3, agentId: 'a-1' },
      ...{ status: 'started', startTime: at(0), lastUpdatedTime: at(0), endTime: null, error: null },
    })
  })

  it('runs from the first thing that happens to a task', () => {
    expect(after(event('task.scheduled', 1))).toMatchObject({ status: 'running', lastUpdatedTime: at(1) })
  })

  it('stays paused whatever its running tasks do, until it is resumed', () => {
    const paused = [event('task.scheduled', 1), event('session.paused', 2), event('task.completed', 3)]
    expect(after(...paused).status).toBe('paused')
    expect(after(...paused, event('session.resumed', 4)).status).toBe('running')
  })

  it('ends with its error, and begins anew by a retry', () => {
    const error = { code: 'NO', message: 'It would not', taskId: 't' }
    const failed = [event('task.scheduled', 1), event('session.failed', 5, { error })]
    expect(after(...failed)).toMatchObject({ status: 'failed', endTime: at(5), error })
    expect(after(...failed, event('session.retried', 6))).toMatchObject({
      status: 'running',
      endTime: null,
      error: null,
    })
  })

  it.each(['completed', 'cancelled'] as const)('ends when it is %s', (status) => {
    expect(after(event(`session.${status}`, 4))).toMatchObject({ status, endTime: at(4) })
  })
})

describe('a filter', () => {
  it('lets everything through where it says nothing', () => expect(fits(after(), {})).toBe(true))

  it('asks for all that it names', () => {
    const filter = {
      status: ['started' as const],
      workflowId: ['w'],
      agentId: ['a-1'],
      startedFrom: at(0),
      startedTo: at(1),
    }
    expect(fits(after(), filter)).toBe(true)
    expect(fits(after(), { ...filter, workflowId: ['v'] })).toBe(false)
    expect(fits(after(), { ...filter, startedFrom: at(1) })).toBe(false)
    expect(fits(after(), { ...filter, startedTo: at(0) })).toBe(false)
  })
})
