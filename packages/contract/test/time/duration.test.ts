import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseDuration, parseDurationText, printDuration } from '../../src/time.ts'

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
  ['2d', 172_800_000],
  ['1d12h', 129_600_000],
  ['36500d', 3_153_600_000_000],
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
  '36501d',
  '999999999999999d',
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

it.each([
  ['30', 30_000],
  ['1.5', 1_500],
  ['0', 0],
  ['2d', 172_800_000],
])('where all is text, %j is %d ms', (text, milliseconds) => {
  expect(parseDurationText(text)).toEqual({ ok: true, milliseconds })
})

it.each(['', '-1', '1e3', '0x10', ' 5', 'Infinity', '99999999999999'])('where all is text, %j is none', (text) => {
  expect(parseDurationText(text).ok).toBe(false)
})

it('may have a bound of its own', () => {
  expect(parseDuration('365d', { longestDays: 365 }).ok).toBe(true)
  expect(parseDuration('366d', { longestDays: 365 })).toEqual({
    ok: false,
    message: 'must not be longer than 365 days',
  })
})

it('is printed as it is read', () => {
  const printed = [0, 250, 90_000, 7_200_000, 604_800_000].map(printDuration)
  expect(printed).toEqual(['0s', '250ms', '90s', '2h', '7d'])
  fc.assert(
    fc.property(fc.nat(), (milliseconds) => {
      expect(parseDuration(printDuration(milliseconds))).toEqual({ ok: true, milliseconds })
    }),
  )
})
