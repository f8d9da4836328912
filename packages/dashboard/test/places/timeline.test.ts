import type { AttemptView, TaskView } from '@opscore/contract'
import { describe, expect, it } from 'vitest'
import { moved, ticksOf, zoomed } from '../../page/places/session-timeline/scale.ts'
import { foldedSpans, spansOf } from '../../page/places/session-timeline/spans.ts'

const START = Date.parse('2026-01-01T00:00:00.000Z')
const at = (ms: number) => new Date(START + ms).toISOString()

const attempt = (number: number, times: Partial<AttemptView>): AttemptView => ({
  ...{ attempt: number, attemptId: `t.${number}`, agentId: 'a', status: 'completed', receipt: null },
  ...{ scheduledAt: at(0), dispatchedAt: null, startedAt: null, endedAt: null, error: null },
  ...times,
})

const task = (status: TaskView['status'], attempts: AttemptView[]): TaskView => ({
  ...{ taskId: 't', taskDefinitionId: 'd', sessionId: 's', workflowId: 'w', agentId: 'a', name: 'T', status, attempts },
  ...{ payload: null, result: null, error: null, lateResults: [], progress: null, createdAt: at(0), updatedAt: at(0) },
})

const kinds = (one: TaskView) =>
  spansOf(one).map(({ kind, from, to }) => [kind, from - START, to === null ? null : to - START])

it('many attempts are one stretch but for the newest, and a few are drawn one by one', () => {
  const attempts = Array.from({ length: 20 }, (_, index) =>
    attempt(index + 1, {
      ...{ scheduledAt: at(index * 100), dispatchedAt: at(index * 100 + 10), endedAt: at(index * 100 + 50) },
      status: 'failed',
    }),
  )
  const spans = spansOf(task('failed', attempts))
  const folded = foldedSpans(spans, 20)
  expect(folded[0]).toMatchObject({ kind: 'attempts', from: START, word: '15 attempts that came to nothing' })
  expect(folded[1]).toMatchObject({ kind: 'back-off', attempt: 16, from: folded[0]?.to })
  expect(folded.filter(({ kind }) => kind === 'working').map((span) => span.attempt)).toEqual([16, 17, 18, 19, 20])
  expect(folded.at(-1)).toEqual(spans.at(-1))
  const few = spansOf(task('failed', attempts.slice(0, 6)))
  expect(foldedSpans(few, 6)).toBe(few)
})

describe('the stretches of a task', () => {
  it('are waiting and working', () => {
    const done = attempt(1, { dispatchedAt: at(10), endedAt: at(50) })
    expect(kinds(task('completed', [done]))).toEqual([
      ['waiting', 0, 10],
      ['working', 10, 50],
    ])
  })

  it('are waiting alone until an agent has it, and to the end of an attempt that none had', () => {
    expect(kinds(task('pending', [attempt(1, { status: 'scheduled' })]))).toEqual([['waiting', 0, null]])
    expect(kinds(task('cancelled', [attempt(1, { status: 'cancelled', endedAt: at(9) })]))).toEqual([['waiting', 0, 9]])
  })

  it('have the back-off between two attempts, and the one that lasts', () => {
    const first = attempt(1, { dispatchedAt: at(1), endedAt: at(5), status: 'failed' })
    const second = attempt(2, { scheduledAt: at(20), dispatchedAt: at(21), endedAt: at(30), status: 'failed' })
    expect(kinds(task('pending_retry', [first, second]))).toEqual([
      ['waiting', 0, 1],
      ['working', 1, 5],
      ['back-off', 5, 20],
      ['waiting', 20, 21],
      ['working', 21, 30],
      ['back-off', 30, null],
    ])
  })
})

describe('the scale', () => {
  const whole = { from: 0, to: 10_000 }

  it('goes closer around what is pointed at', () =>
    expect(zoomed(whole, 2, 0.5, whole)).toEqual({ from: 2_500, to: 7_500 }))

  it('never goes beyond the session', () => {
    expect(zoomed({ from: 0, to: 5_000 }, 0.1, 0.5, whole)).toEqual(whole)
    expect(moved({ from: 8_000, to: 10_000 }, 1, whole)).toEqual({ from: 8_000, to: 10_000 })
  })

  it('has round ticks, no more than asked for', () => {
    expect(ticksOf(whole, 0, 8)).toEqual([0, 2_000, 4_000, 6_000, 8_000, 10_000])
    expect(ticksOf({ from: 0, to: 3_600_000 }, 0, 8).length).toBeLessThanOrEqual(9)
  })
})
