import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/local/system-clock.ts'
import { createTimerWakeQueue } from '../../src/local/timer-wake-queue.ts'
import type { WakeUp } from '../../src/ports/store.ts'
import { createManualClock } from './manual-clock.ts'

const wakeUp = (id: string, at: number, version = 1): WakeUp => ({ kind: 'session', id, version, at })

/** A queue on a clock of its own that writes down whom it wakes. */
function createTrial() {
  const clock = createManualClock()
  const queue = createTimerWakeQueue({ clock, concurrency: 2 })
  const woken: string[] = []
  const record = async (wake: WakeUp) => {
    woken.push(`${wake.kind} ${wake.id} v${wake.version}`)
  }
  const later = (ms: number) => clock.now() + ms
  return { clock, queue, woken, record, later }
}

test('a wake-up comes at its time and not before', async () => {
  const { clock, queue, woken, record, later } = createTrial()
  queue.start(record)
  queue.schedule(wakeUp('a', later(100)))
  clock.advance(99)
  expect(woken).toEqual([])
  clock.advance(1)
  expect(woken).toEqual(['session a v1'])
})

test('what was scheduled before the start, or for a time that has passed, is handed out from the start on', async () => {
  const { clock, queue, woken, record, later } = createTrial()
  queue.schedule(wakeUp('a', later(-5000)))
  clock.advance(10)
  expect(woken).toEqual([])
  queue.start(record)
  clock.advance(0)
  expect(woken).toEqual(['session a v1'])
})

test('a higher version replaces the wake-up of its aggregate, earlier or later, and a lower one does not', () => {
  const { clock, queue, woken, record, later } = createTrial()
  queue.start(record)
  queue.schedule(wakeUp('a', later(100), 1))
  queue.schedule(wakeUp('a', later(300), 3))
  queue.schedule(wakeUp('a', later(50), 2))
  clock.advance(299)
  expect(woken).toEqual([])
  clock.advance(1)
  expect(woken).toEqual(['session a v3'])
  clock.advance(10_000)
  expect(woken).toHaveLength(1)
})

test('what is due beyond the horizon is not taken, and takes back what was asked for before', () => {
  const { clock, queue, woken, record, later } = createTrial()
  queue.start(record)
  queue.schedule(wakeUp('a', later(queue.horizon), 1))
  queue.schedule(wakeUp('b', later(100), 1))
  queue.schedule(wakeUp('b', later(queue.horizon + 1), 2))
  queue.schedule(wakeUp('c', later(queue.horizon + 1), 1))
  clock.advance(queue.horizon + 10)
  expect(woken).toEqual(['session a v1'])
})

test('an agent and a session of the same id are two', () => {
  const { clock, queue, woken, record, later } = createTrial()
  queue.start(record)
  queue.schedule({ ...wakeUp('a', later(1)), kind: 'agent' })
  queue.schedule(wakeUp('a', later(2)))
  queue.cancel({ kind: 'agent', id: 'a' })
  clock.advance(10)
  expect(woken).toEqual(['session a v1'])
})

test('however many wait, one timer is armed', () => {
  const { clock, queue, record, later } = createTrial()
  queue.start(record)
  for (let i = 0; i < 1000; i++) queue.schedule(wakeUp(`s${i}`, later(1000 - i)))
  expect(clock.armed).toBe(1)
})

test('no more handlers are under way than allowed, and the next starts as one ends', async () => {
  const { clock, queue, later } = createTrial()
  const started: { id: string; end: () => void }[] = []
  queue.start((wake) => new Promise((end) => started.push({ id: wake.id, end })))
  for (const id of ['a', 'b', 'c']) queue.schedule(wakeUp(id, later(0)))
  clock.advance(0)
  expect(started.map(({ id }) => id)).toHaveLength(2)
  started[0]?.end()
  await nextTurn()
  clock.advance(0)
  expect(started.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
})

test('a handler that fails is tried again a second later, unless its aggregate was scheduled anew', async () => {
  const { clock, queue, woken, later } = createTrial()
  queue.start(async (wake) => {
    woken.push(`${wake.id} v${wake.version}`)
    if (wake.version === 1) throw new Error('the store is away')
  })
  queue.schedule(wakeUp('a', later(0)))
  queue.schedule(wakeUp('b', later(0)))
  clock.advance(0)
  queue.schedule(wakeUp('b', later(5000), 2))
  await nextTurn()
  clock.advance(999)
  expect(woken).toEqual(['a v1', 'b v1'])
  clock.advance(1)
  expect(woken).toEqual(['a v1', 'b v1', 'a v1'])
  await nextTurn()
  clock.advance(4000)
  expect(woken.slice(3).sort()).toEqual(['a v1', 'b v2'])
})

test('a round comes again an interval after it has ended, whether it failed or not, until the queue is closed', async () => {
  const { clock, queue } = createTrial()
  let runs = 0
  let end = () => {}
  const run = () => {
    runs += 1
    return runs === 2 ? Promise.reject(new Error('the store is away')) : new Promise<void>((resolve) => (end = resolve))
  }
  queue.every({ name: 'sweep', interval: 1_000, run })
  clock.advance(999)
  expect(runs).toBe(0)
  clock.advance(10_001)
  expect(runs).toBe(1)
  end()
  await nextTurn()
  clock.advance(1_000)
  expect(runs).toBe(2)
  await nextTurn()
  clock.advance(1_000)
  expect(runs).toBe(3)
  end()
  await nextTurn()
  await queue.close()
  clock.advance(10_000)
  expect(runs).toBe(3)
})

test('closing waits for handlers under way and hands out nothing more', async () => {
  const { clock, queue, woken, later } = createTrial()
  const work = Promise.withResolvers<void>()
  queue.start(async (wake) => {
    await work.promise
    woken.push(wake.id)
  })
  queue.schedule(wakeUp('a', later(0)))
  queue.schedule(wakeUp('b', later(10)))
  clock.advance(0)
  const closed = queue.close()
  clock.advance(1000)
  expect(woken).toEqual([])
  work.resolve()
  await closed
  expect(woken).toEqual(['a'])
  expect(clock.armed).toBe(0)
})

test('ten thousand that are due at once leave turns of the event loop to others', async () => {
  const queue = createTimerWakeQueue({ clock: systemClock, concurrency: 64 })
  const all = Promise.withResolvers<void>()
  let woken = 0
  let turns = 0
  for (let i = 0; i < 10_000; i++) queue.schedule(wakeUp(`s${i}`, 0))
  queue.start(async () => {
    woken += 1
    if (woken === 10_000) all.resolve()
  })
  const count = async () => {
    for (; woken < 10_000; turns++) await nextTurn()
  }
  await Promise.all([all.promise, count()])
  expect(turns).toBeGreaterThan(100)
  await queue.close()
})
