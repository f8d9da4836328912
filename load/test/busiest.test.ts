import { expect, test } from 'vitest'
import { busiestOf } from '../watch/sampler.ts'

test('the busiest thread of a process is that of one which was there all the time', () => {
  const before = new Map([
    [1, 5_000],
    [2, 900],
  ])
  const after = new Map([
    [1, 5_200],
    [3, 7_000],
  ])
  expect(busiestOf(before, after)).toBe(200)
})
