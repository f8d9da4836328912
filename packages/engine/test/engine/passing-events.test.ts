import type { EventType, OpsEvent } from '@opscore/contract'
import { expect, test } from 'vitest'
import { PassingEvents } from '../../src/stream/passing-events.ts'

const progress = (taskId: string, fraction: number): OpsEvent => ({
  id: `${taskId}:${fraction}`,
  type: 'task.progressed',
  time: '2026-01-02T03:04:05.000Z',
  taskId,
  data: { fraction, text: null },
})
const stored = (type: EventType, taskId: string) => ({ type, taskId, time: 0, data: {}, partition: 0, position: 1 })
const ids = (events: OpsEvent[]) => events.map((event) => event.id)

test('a reader that was busy is owed the newest progress of each task, once', () => {
  const passing = new PassingEvents(() => true)
  for (const event of [progress('a', 0.1), progress('b', 0.1), progress('a', 0.2)]) passing.add(event)
  expect(ids(passing.take())).toEqual(['b:0.1', 'a:0.2'])
  expect(passing.take()).toEqual([])
})

test('a reader that comes to the end of a task is not told of its progress afterwards', () => {
  const passing = new PassingEvents(() => true)
  const ends = ['task.completed', 'task.failed', 'task.cancelled', 'task.attempt_failed'] as const
  for (const type of ends) {
    passing.add(progress(type, 0.5))
    passing.reached(stored('task.running', type))
    passing.reached(stored(type, 'another'))
    passing.reached(stored(type, type))
  }
  passing.add(progress('open', 0.5))
  expect(ids(passing.take())).toEqual(['open:0.5'])
})

test('a reader that never catches up is owed no more than a bounded number, the newest', () => {
  const passing = new PassingEvents((event) => event.taskId !== 'unwanted')
  for (let n = 0; n < 5_000; n += 1) {
    passing.add(progress(`task-${n}`, 0.5))
    passing.add(progress('unwanted', 0.5))
  }
  const owed = ids(passing.take())
  expect(owed.length).toBeLessThanOrEqual(1_024)
  expect(owed.at(-1)).toBe('task-4999:0.5')
})
