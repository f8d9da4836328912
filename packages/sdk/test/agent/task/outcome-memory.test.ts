import { expect, test } from 'vitest'
import { createOutcomeMemory } from '../../../src/agent/task/outcome-memory.ts'

const report = (text = '') => ({ state: 'idle', details: { text } })

test('the oldest outcomes go first, by number', () => {
  const memory = createOutcomeMemory({ maxTasks: 2 })
  for (const id of ['a', 'b', 'c']) memory.set(id, report(id))
  expect(['a', 'b', 'c'].map(memory.has)).toEqual([false, true, true])
  expect(memory.get('c')).toEqual(report('c'))
})

test('the oldest outcomes go first, by size, and the newest always stays', () => {
  const memory = createOutcomeMemory({ maxCharacters: 100 })
  for (const id of ['a', 'b', 'c']) memory.set(id, report('x'.repeat(40)))
  expect(['a', 'b', 'c'].map(memory.has)).toEqual([false, false, true])
  memory.set('d', report('x'.repeat(200)))
  expect(['c', 'd'].map(memory.has)).toEqual([false, true])
})
