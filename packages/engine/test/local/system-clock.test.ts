import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/local/system-clock.ts'

const DAY = 86_400_000

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

test('a time in the past runs in the next turn, never at once', () => {
  const run = vi.fn()
  systemClock.at(systemClock.now() - 1, run)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(0)
  expect(run).toHaveBeenCalledTimes(1)
})

test('a time beyond the longest timer of the platform runs at its time', () => {
  const run = vi.fn()
  systemClock.at(systemClock.now() + 30 * DAY, run)
  vi.advanceTimersByTime(30 * DAY - 1)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledTimes(1)
})

test('a wall clock that is set forward is noticed within a minute', () => {
  const run = vi.fn()
  systemClock.at(systemClock.now() + DAY, run)
  vi.setSystemTime(systemClock.now() + DAY)
  vi.advanceTimersByTime(60_000)
  expect(run).toHaveBeenCalledTimes(1)
})

test('a wall clock that is set back does not run anything before its time', () => {
  const run = vi.fn()
  systemClock.at(systemClock.now() + 1000, run)
  vi.setSystemTime(systemClock.now() - 3_600_000)
  vi.advanceTimersByTime(1000)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(3_600_000)
  expect(run).toHaveBeenCalledTimes(1)
})

test('what is called off does not run, however long it has slept', () => {
  const run = vi.fn()
  const callOff = systemClock.at(systemClock.now() + DAY, run)
  const callOffNow = systemClock.at(systemClock.now(), run)
  callOffNow()
  vi.advanceTimersByTime(DAY / 2)
  callOff()
  vi.advanceTimersByTime(DAY)
  expect(run).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})
