import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { timeLimit, wait } from '../../src/time.ts'

const DAY = 86_400_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a wait of 90 days takes 90 days', async () => {
  const over = vi.fn()
  void wait(90 * DAY).then(over)
  await vi.advanceTimersByTimeAsync(90 * DAY - 1)
  expect(over).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(over).toHaveBeenCalledOnce()
})

test('a wait that is given up rejects with the reason at once, and leaves no timer and no listener behind', async () => {
  const stop = new AbortController()
  const remove = vi.spyOn(stop.signal, 'removeEventListener')
  const waiting = wait(Number.POSITIVE_INFINITY, { signal: stop.signal })
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  expect(vi.getTimerCount()).toBe(0)

  const quiet = new AbortController()
  const removed = vi.spyOn(quiet.signal, 'removeEventListener')
  const short = wait(5, { signal: quiet.signal })
  await vi.advanceTimersByTimeAsync(5)
  await short
  expect(removed).toHaveBeenCalledOnce()
  expect(remove).not.toHaveBeenCalled()
})

test('a wait whose signal is aborted before never begins', async () => {
  await expect(wait(5, { signal: AbortSignal.abort(new Error('over')) })).rejects.toThrow('over')
  expect(vi.getTimerCount()).toBe(0)
})

test('a wait for what is no time rejects', async () => {
  await expect(wait(Number.NaN)).rejects.toThrow(TypeError)
})

test('a limit aborts when its time is over and says how long that was', async () => {
  const { signal } = timeLimit(30 * DAY)
  await vi.advanceTimersByTimeAsync(30 * DAY - 1)
  expect(signal.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(signal.reason).toMatchObject({ name: 'TimeoutError', message: 'It took longer than 2592000000 ms.' })
})

test('a limit that is lifted, and one of Infinity, never abort', async () => {
  const lifted = timeLimit(5)
  const none = timeLimit(Number.POSITIVE_INFINITY)
  lifted.lift()
  await vi.advanceTimersByTimeAsync(365 * DAY)
  expect([lifted.signal.aborted, none.signal.aborted]).toEqual([false, false])
})
