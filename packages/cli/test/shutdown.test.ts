import { expect, onTestFinished, test, vi } from 'vitest'
import { listenForShutdown } from '../src/shutdown.ts'

function listen() {
  const giveUp = vi.fn()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
  const before = {
    SIGINT: process.listeners('SIGINT'),
    SIGTERM: process.listeners('SIGTERM'),
    SIGHUP: process.listeners('SIGHUP'),
  }
  onTestFinished(() => {
    clock.mockRestore()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      for (const listener of process.listeners(signal)) {
        if (!before[signal].includes(listener)) process.off(signal, listener)
      }
    }
  })
  const lost = new AbortController()
  return { shutdown: listenForShutdown(giveUp, lost.signal), giveUp, clock, lost }
}

test('the first signal asks to drain', async () => {
  const { shutdown, giveUp } = listen()
  process.emit('SIGTERM')
  await shutdown.requested
  expect(shutdown.signal.aborted).toBe(true)
  expect(giveUp).not.toHaveBeenCalled()
})

test('output that nobody reads any more asks to drain, and is no press', async () => {
  const { shutdown, giveUp, clock, lost } = listen()
  lost.abort()
  await shutdown.requested
  expect(shutdown.signal.aborted).toBe(true)
  clock.mockReturnValue(2_000)
  process.emit('SIGINT')
  expect(giveUp).not.toHaveBeenCalled()
})

test('one press that arrives twice is one; a later one gives up', () => {
  const { giveUp, clock } = listen()
  process.emit('SIGINT')
  clock.mockReturnValue(20)
  process.emit('SIGINT')
  expect(giveUp).not.toHaveBeenCalled()
  clock.mockReturnValue(2_000)
  process.emit('SIGINT')
  expect(giveUp).toHaveBeenCalledOnce()
})
