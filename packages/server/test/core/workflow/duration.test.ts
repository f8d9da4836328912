import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LONGEST_DURATION, parseDuration } from '../../../src/core/workflow/duration.ts'

it.each([
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['1d', 86_400_000],
  ['250ms', 250],
  ['1.5s', 1_500],
  ['1m0.5s', 60_500],
  ['0.4ms', 0],
  [30, 30_000],
  [0.25, 250],
  [0, 0],
  ['365d', LONGEST_DURATION],
])('%j is %d ms', (value, milliseconds) => {
  expect(parseDuration(value)).toEqual({ ok: true, milliseconds })
})

it.each([
  '',
  '30',
  's',
  '-1s',
  '1 s',
  '1H',
  '1h 30m',
  '.5s',
  '1s\n',
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '366d',
  true,
  {},
  [5],
])('%j is none', (value) => {
  expect(parseDuration(value).ok).toBe(false)
})

it('adds its parts up', () => {
  const part = fc.nat({ max: 20 })
  fc.assert(
    fc.property(part, part, part, part, (h, m, s, ms) => {
      const milliseconds = ((h * 60 + m) * 60 + s) * 1_000 + ms
      expect(parseDuration(`${h}h${m}m${s}s${ms}ms`)).toEqual({ ok: true, milliseconds })
      expect(parseDuration(milliseconds / 1_000)).toEqual({ ok: true, milliseconds })
    }),
  )
})
