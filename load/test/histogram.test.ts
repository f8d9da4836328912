import { expect, test } from 'vitest'
import { createHistogram } from '../report/histogram.ts'

/** The bucket that `scenarios/record.py` puts a duration in. */
const bucketOf = (milliseconds: number): number => Math.ceil(Math.log(milliseconds) / Math.log(1.02))

test('a percentile is the duration that this share does not exceed, to two hundredths', () => {
  const times = createHistogram()
  for (let each = 1; each <= 1000; each += 1) times.add({ [bucketOf(each)]: 1 }, each, each)
  for (const share of [0.5, 0.9, 0.99]) {
    const exact = 1000 * share
    expect(times.percentile(share)).toBeGreaterThanOrEqual(exact)
    expect(times.percentile(share)).toBeLessThanOrEqual(exact * 1.02)
  }
  expect(times.count).toBe(1000)
  expect(times.average()).toBe(500.5)
})

test('no percentile is above the slowest, which is known exactly', () => {
  const times = createHistogram()
  times.add({ [bucketOf(100.1)]: 1 }, 100.1, 100.1)
  expect(times.percentile(0.99)).toBe(100.1)
  expect(times.longest()).toBe(100.1)
})

test('what several processes saw is counted as one', () => {
  const times = createHistogram()
  times.add({ 0: 3, 50: 1 }, 6, 2.69)
  times.add({ 0: 5 }, 5, 1)
  expect(times.count).toBe(9)
  expect(times.percentile(0.5)).toBe(1)
})

test('nothing has no percentile', () => {
  expect(createHistogram().percentile(0.5)).toBeNaN()
})
