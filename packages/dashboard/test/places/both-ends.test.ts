import type { OpsEvent } from '@opscore/contract'
import { expect, it } from 'vitest'
import { type EventPages, withNews } from '../../page/data/live/fold-history.ts'
import { GAP, type HistoryRow, joined } from '../../page/places/session-events/both-ends.ts'

const event = (position: number, sessionId = 's'): OpsEvent => ({
  id: `3-${position}`,
  type: 'task.running',
  sessionId,
  data: {},
  time: '2026-01-01T00:00:00.000Z',
})
const events = (...positions: number[]) => positions.map((position) => event(position))
const shown = (rows: readonly HistoryRow[]) => rows.map((row) => (row === GAP ? GAP : Number(row.id.slice(2))))

it('a history that one page holds is that page', () => {
  expect(shown(joined(events(1, 2, 9), true, []))).toEqual([1, 2, 9])
})

it('two ends that do not meet have a gap between them, of which nothing is known', () => {
  expect(shown(joined(events(1, 2), false, events(90, 80)))).toEqual([1, 2, GAP, 80, 90])
  expect(shown(joined(events(1, 2), false, []))).toEqual([1, 2, GAP])
})

it('two ends that meet are one history, and no event is in it twice', () => {
  expect(shown(joined(events(1, 2, 9, 10), false, events(11, 10, 9)))).toEqual([1, 2, 9, 10, 11])
  expect(shown(joined(events(1, 2), false, events(9, 2)))).toEqual([1, 2, 9])
  expect(shown(joined(events(8, 9, 10), false, events(10, 9)))).toEqual([8, 9, 10])
})

it('what happens is put at the end that it belongs to, once, and nowhere where that end is not read', () => {
  const pages = (nextCursor: string | null, ...positions: number[]): EventPages => ({
    pages: [{ items: events(...positions), nextCursor }],
    pageParams: [undefined],
  })
  const positionsIn = ({ pages: [page] }: EventPages) => shown(page?.items ?? [])
  const news = [event(5), event(6, 'another'), event(7)]
  const key = (order: string) => ['session-events', 's', order]
  expect(positionsIn(withNews(pages(null, 1, 5), news, key('asc')))).toEqual([1, 5, 7])
  expect(positionsIn(withNews(pages('more', 1, 2), news, key('asc')))).toEqual([1, 2])
  expect(positionsIn(withNews(pages('more', 5, 4), news, key('desc')))).toEqual([7, 5, 4])
})
