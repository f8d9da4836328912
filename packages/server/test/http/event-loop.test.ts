import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createEventLoop, delayOf, type WatchedEventLoop } from '../../src/http/limits/event-loop.ts'

const MILLISECOND = 1e6

/** Looks as Node counts them: every 20 ms where nothing held the loop. */
function looks(percentiles: Record<number, number>, max: number) {
  return { percentile: (share: number) => (percentiles[share] ?? 0) * MILLISECOND, max: max * MILLISECOND }
}

test('an event loop that nothing held has no delay', () => {
  expect(delayOf(looks({ 50: 20, 99: 20 }, 20))).toEqual({ p50: 0, p99: 0, max: 0 })
})

test('the delay is what a look came too late by, in seconds', () => {
  const delay = delayOf(looks({ 50: 21, 99: 270 }, 1020))
  expect(delay.p50).toBeCloseTo(0.001)
  expect(delay.p99).toBeCloseTo(0.25)
  expect(delay.max).toBeCloseTo(1)
})

test('an event loop that was never looked at has no delay', () => {
  expect(delayOf(looks({ 50: 0, 99: 0 }, 0))).toEqual({ p50: 0, p99: 0, max: 0 })
})

describe('an event loop that is watched', () => {
  let loop: WatchedEventLoop

  beforeEach(() => {
    // Windows end when the test says so; what holds the loop is real.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    loop = createEventLoop()
  })
  afterEach(() => {
    loop.close()
    vi.useRealTimers()
  })

  test('counts what held it in the last window', async () => {
    loop.watch()
    await wait(50)
    hold(600)
    await wait(50)
    vi.advanceTimersByTime(2_000)
    expect(loop.delay.max).toBeGreaterThan(0.5)
    expect(loop.overloaded).toBe(true)
  })

  test('counts nothing of what held it while the server started', () => {
    hold(600)
    vi.advanceTimersByTime(2_000)
    loop.watch()
    vi.advanceTimersByTime(2_000)
    expect(loop.delay.max).toBe(0)
    expect(loop.overloaded).toBe(false)
  })
})

function hold(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end) {}
}
