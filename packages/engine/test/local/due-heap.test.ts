import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDueHeap, type DueHeap } from '../../src/local/due-heap.ts'

type Model = Map<string, { at: number; item: number }>

const key = fc.integer({ min: 0, max: 12 }).map(String)
const at = fc.integer({ min: 0, max: 20 })

class SetItem implements fc.Command<Model, DueHeap<number>> {
  readonly key: string
  readonly at: number
  readonly item: number

  constructor(key: string, at: number, item: number) {
    this.key = key
    this.at = at
    this.item = item
  }

  check = () => true
  run(model: Model, heap: DueHeap<number>): void {
    model.set(this.key, { at: this.at, item: this.item })
    heap.set(this.key, this.at, this.item)
    expectSame(model, heap)
  }
  toString = () => `set(${this.key}, ${this.at})`
}

class DeleteItem implements fc.Command<Model, DueHeap<number>> {
  readonly key: string

  constructor(key: string) {
    this.key = key
  }

  check = () => true
  run(model: Model, heap: DueHeap<number>): void {
    model.delete(this.key)
    heap.delete(this.key)
    expectSame(model, heap)
  }
  toString = () => `delete(${this.key})`
}

class TakeItem implements fc.Command<Model, DueHeap<number>> {
  check = () => true
  run(model: Model, heap: DueHeap<number>): void {
    const firstAt = heap.nextAt()
    const item = heap.take()
    const taken = [...model].find(([, entry]) => entry.item === item)
    expect(taken?.[1].at ?? null).toBe(firstAt)
    if (taken) model.delete(taken[0])
    expectSame(model, heap)
  }
  toString = () => 'take()'
}

function expectSame(model: Model, heap: DueHeap<number>): void {
  expect(heap.size).toBe(model.size)
  expect(heap.nextAt()).toBe(model.size === 0 ? null : Math.min(...[...model.values()].map((entry) => entry.at)))
  for (const [name, { item }] of model) expect(heap.get(name)).toBe(item)
}

test('whatever is set, put off and taken out, the first to be due is on top and each key is there once', () => {
  let made = 0
  const commands = [
    fc.tuple(key, at).map(([k, time]) => new SetItem(k, time, made++)),
    key.map((k) => new DeleteItem(k)),
    fc.constant(new TakeItem()),
  ]
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 200 }), (run) => {
      fc.modelRun(() => ({ model: new Map(), real: createDueHeap<number>() }), run)
    }),
    { numRuns: 200 },
  )
})

test('items come out in order of time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (times) => {
      const heap = createDueHeap<number>()
      for (const [index, time] of times.entries()) heap.set(String(index), time, time)
      const taken = times.map(() => heap.take())
      expect(taken).toEqual([...times].sort((a, b) => a - b))
      expect(heap.take()).toBeUndefined()
    }),
  )
})
