import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startInterval, startTimer } from '../../src/time.ts'

const DAY = 86_400_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test.each([
  ['a moment', 5],
  ['the longest that a timer holds', 2 ** 31 - 1],
  ['one more than that', 2 ** 31],
  ['90 days', 90 * DAY],
  ['ten years', 3_650 * DAY],
])('%s is over when it is over, and not before', (_, milliseconds) => {
  const run = vi.fn()
  startTimer(milliseconds, run)
  vi.advanceTimersByTime(milliseconds - 1)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(400 * DAY)
  expect(run).toHaveBeenCalledOnce()
})

test.each([0, -5, Number.NEGATIVE_INFINITY])('%d is over in the next turn, never in this one', (milliseconds) => {
  const run = vi.fn()
  startTimer(milliseconds, run)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledOnce()
})

test('Infinity is never over, and keeps the process alive meanwhile', () => {
  const run = vi.fn()
  const callOff = startTimer(Number.POSITIVE_INFINITY, run)
  vi.advanceTimersByTime(3_650 * DAY)
  expect(run).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(1)
  callOff()
  expect(vi.getTimerCount()).toBe(0)
})

test.each([0, 90 * DAY, 30 * DAY])('a timer of %d ms that was called off never runs, whenever that was', (after) => {
  const run = vi.fn()
  const callOff = startTimer(100 * DAY, run)
  vi.advanceTimersByTime(after)
  callOff()
  vi.advanceTimersByTime(200 * DAY)
  expect(run).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test.each([Number.NaN, undefined, '5', null])('%j is no time, and not taken for 0', (time) => {
  const milliseconds: number = JSON.parse(JSON.stringify({ time }, (_, value) => value ?? null)).time
  expect(() => startTimer(Number.isNaN(time) ? Number.NaN : milliseconds, () => {})).toThrow(TypeError)
})

test('an interval comes again and again until it is ended, however long it is', () => {
  const run = vi.fn()
  const end = startInterval(40 * DAY, run)
  vi.advanceTimersByTime(121 * DAY)
  expect(run).toHaveBeenCalledTimes(3)
  end()
  vi.advanceTimersByTime(121 * DAY)
  expect(run).toHaveBeenCalledTimes(3)
})

test('an interval can be ended by what it calls', () => {
  const run = vi.fn(() => end())
  const end = startInterval(10, run)
  vi.advanceTimersByTime(100)
  expect(run).toHaveBeenCalledOnce()
})
