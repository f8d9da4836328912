import { expect, test } from 'vitest'
import type { CommittedEvent } from '../../src/core/event.ts'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { Store } from '../../src/ports/store.ts'
import { EventTail } from '../../src/stream/event-tail.ts'
import { silentLog } from './silent-log.ts'

const event = (partition: number, position: number, data = {}): CommittedEvent => ({
  type: 'task.running',
  time: 0,
  data,
  partition,
  position,
})

/** A tail that one reads, over a store of which only the announcements and the generation matter. */
function createTrial() {
  const trial = { generation: 0, announce: (_events: readonly CommittedEvent[]) => {} }
  const store: Store = {
    ...createMemoryStore({ clock: { now: () => 0 }, log: silentLog }),
    get generation() {
      return trial.generation
    },
    onCommitted(listener) {
      trial.announce = listener
      return () => {}
    },
  }
  const tail = new EventTail(store)
  tail.enter(() => true)
  const places = (events: readonly CommittedEvent[] | null) =>
    events?.map(({ partition, position }) => [partition, position])
  const after = (...cursor: number[]) => places(tail.after(cursor, 3))
  const afterWithin = (characters: number, ...cursor: number[]) => places(tail.after(cursor, 3, characters))
  return { trial, tail, after, afterWithin }
}

test('what follows a cursor is found over all partitions, those in which nothing happens too', () => {
  const { trial, tail, after } = createTrial()
  expect(after(5, 7)).toBeUndefined()
  tail.startsAt([5, 7])
  expect(after(5, 7)).toEqual([])
  trial.announce([event(0, 6), event(1, 8), event(0, 7)])
  expect(after(5, 7)).toEqual([
    [0, 6],
    [0, 7],
    [1, 8],
  ])
  expect(after(6, 8)).toEqual([[0, 7]])
  expect(after(4, 8)).toBeUndefined()
})

test('an event that was in the log before the tail began is not taken for news', () => {
  const { trial, tail, after } = createTrial()
  tail.startsAt([5])
  trial.announce([event(0, 4), event(0, 5), event(0, 6)])
  expect(after(5)).toEqual([[0, 6]])
})

test('where something is missing the store is read instead', () => {
  const { trial, tail, after } = createTrial()
  tail.startsAt([1])
  trial.announce([event(0, 2)])
  trial.announce([event(0, 5)])
  expect(after(2)).toBeUndefined()
  expect(after(4)).toEqual([[0, 5]])
})

test('nothing is kept of a log that the store may have come back without', () => {
  const { trial, tail, after } = createTrial()
  tail.startsAt([1])
  trial.announce([event(0, 2)])
  trial.generation += 1
  expect(after(1)).toBeUndefined()
  tail.startsAt([1])
  trial.announce([event(0, 2)])
  expect(after(1)).toEqual([[0, 2]])
})

test('no more is kept than a bounded number, the newest', () => {
  const { trial, tail, after } = createTrial()
  tail.startsAt([0])
  for (let position = 1; position <= 20_000; position += 1) trial.announce([event(0, position)])
  expect(after(0)).toBeUndefined()
  expect(after(10_000)).toBeUndefined()
  expect(after(19_998)).toEqual([
    [0, 19_999],
    [0, 20_000],
  ])
})

test('of events that are heavy fewer are kept, and fewer handed out at once', () => {
  const { trial, tail, after, afterWithin } = createTrial()
  tail.startsAt([0])
  const text = 'x'.repeat(1024 * 1024)
  for (let position = 1; position <= 100; position += 1) trial.announce([event(0, position, { text })])
  expect(after(60)).toBeUndefined()
  expect(after(98)).toEqual([
    [0, 99],
    [0, 100],
  ])
  expect(afterWithin(1, 98)).toEqual([[0, 99]])
  trial.announce([event(0, 101, { text: text.repeat(40) })])
  expect(after(100)).toBeUndefined()
  expect(after(101)).toEqual([])
  trial.announce([event(0, 102)])
  expect(after(101)).toEqual([[0, 102]])
})
