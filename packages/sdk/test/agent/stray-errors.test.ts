import { expect, test } from 'vitest'
import { catchStrayErrors } from '../../src/agent/stray-errors.ts'

test('however many agents a process has, it listens once, and until the last of them has ended', () => {
  const listening = () => [process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')]
  const [exceptions = 0, rejections = 0] = listening()
  const ends = Array.from({ length: 20 }, catchStrayErrors)
  expect(listening()).toEqual([exceptions + 1, rejections + 1])
  const last = ends.pop()
  for (const end of [...ends, ...ends]) end()
  expect(listening()).toEqual([exceptions + 1, rejections + 1])
  last?.()
  expect(listening()).toEqual([exceptions, rejections])
})
