import { expect, test } from 'vitest'
import { ratioLines, ratiosOf } from '../compare/ratios.ts'
import type { RequestFigures } from '../report/request-figures.ts'

const figures = (perSecond: number, milliseconds: number, failed = 0): RequestFigures[] => [
  {
    endpoint: 'all',
    count: 100,
    failed,
    perSecond,
    average: milliseconds,
    median: milliseconds,
    p90: milliseconds,
    p95: milliseconds,
    p99: milliseconds,
    longest: milliseconds,
  },
]

test('each round’s servers are set beside each other, and the middle of these ratios counts', () => {
  const [all] = ratiosOf([
    [figures(100, 10), figures(50, 20)],
    [figures(10, 100, 1), figures(5, 300)],
    [figures(90, 10), figures(30, 20)],
  ])
  expect(all?.ratio.perSecond).toEqual({ median: 2, min: 2, max: 3 })
  expect(all?.ratio.average.median).toBe(0.5)
  expect(all?.failed).toEqual([1, 0])
})

test('an endpoint that one side never answered has no ratio', () => {
  expect(ratiosOf([[figures(1, 1), []]])).toEqual([])
})

test('the table has a line for each measure', () => {
  const lines = ratioLines(ratiosOf([[figures(100, 10), figures(50, 20)]]), ['this', 'against'])
  expect(lines.find((line) => line.includes('requests a second'))).toMatch(
    /all +requests a second +100 +50 +2\.00 +2\.00–2\.00/,
  )
})
