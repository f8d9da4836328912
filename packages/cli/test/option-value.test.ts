import { expect, test } from 'vitest'
import { duration, rate, span, words, wordsAmong } from '../src/option-value.ts'

test.each([
  ['250ms', 250, 250],
  ['1.5s', 1500, 1500],
  ['100-400ms', 100, 400],
  ['800ms-2s', 800, 2000],
  ['1-2m', 60_000, 120_000],
  ['1m30s-2m', 90_000, 120_000],
  ['1h', 3_600_000, 3_600_000],
  ['5', 5_000, 5_000],
])('%s is a span of time', (text, from, to) => {
  expect(span(text)).toEqual({ from, to })
})

test.each(['', 'ms', '-5ms', '2s-1s', '5-', '1e3ms', '1s-2s-3s'])('%j is none', (text) => {
  expect(() => span(text)).toThrow()
})

test.each(['-0.1', '1.01', 'x', '', '1e-1'])('%j is no rate', (text) => {
  expect(() => rate(text)).toThrow()
})

test('words are trimmed, and empty ones do not count', () => {
  expect(words(' a, b,,c ')).toEqual(['a', 'b', 'c'])
})

test.each([
  ['30s', 30_000],
  ['30m', 1_800_000],
  ['12h', 43_200_000],
  ['90d', 7_776_000_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['5', 5_000],
])('%s is a duration', (text, milliseconds) => {
  expect(duration(text)).toBe(milliseconds)
})

test.each(['', 'd', '-1d', '1w', '1 h'])('%j is no duration', (text) => {
  expect(() => duration(text)).toThrow('It must be a duration: "30s", "1h30m", "2d", or seconds as a number.')
})

test('what is no time at all, or longer than anybody waits, is refused', () => {
  expect(() => duration('0d')).toThrow('It must be longer than 0.')
  expect(() => duration('9999999d')).toThrow('It must not be longer than 36500 days.')
})

test('words of a choice must be among it', () => {
  expect(wordsAmong(['a', 'b'])('b, a')).toEqual(['b', 'a'])
  expect(() => wordsAmong(['a', 'b'])('a,c')).toThrow('There is no "c". It must be some of: a, b.')
})
