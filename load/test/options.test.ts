import { expect, test } from 'vitest'
import { readCompareOptions, readScenarioOptions } from '../options.ts'

test('a scenario runs at its full size on Redis where nothing else is said', () => {
  expect(readScenarioOptions(['3'])).toMatchObject({
    scenario: { id: '3', startsWorkflows: true, liftsLimits: false },
    storage: 'redis',
    scales: { users: 1, time: 1, think: 1 },
    web: false,
  })
})

test('only stress tests lift the limits', () => {
  const lifted = ['0', '1', '2', '3', '4', 'climb'].filter((id) => readScenarioOptions([id]).scenario.liftsLimits)
  expect(lifted).toEqual(['4', 'climb'])
})

test('no think time at all may be asked for', () => {
  expect(readScenarioOptions(['1', '--think-scale', '0']).scales.think).toBe(0)
})

test.each([
  [['5'], 'Which scenario? 0, 1, 2, 3, 4, climb'],
  [['1', '--storage', 'memory'], '--storage is one of redis, sqlite'],
  [['1', '--scale', '0'], '--scale must be a number above 0'],
  [['1', '--time-scale', 'x'], '--time-scale must be a number above 0'],
  [['1', '--unheard-of'], "Unknown option '--unheard-of'"],
])('%j is refused', (args, message) => {
  expect(() => readScenarioOptions(args)).toThrow(message)
})

test('a comparison needs somebody to compare with', () => {
  expect(() => readCompareOptions([])).toThrow('--against URL')
  expect(readCompareOptions(['--against', 'http://localhost:9000', '--users', '20'])).toMatchObject({
    against: 'http://localhost:9000',
    users: 20,
    rounds: 5,
    seconds: 20,
  })
})
