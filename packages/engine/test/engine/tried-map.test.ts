import { expect, it } from 'vitest'
import { TriedMap } from '../../src/aggregate/kept/tried-map.ts'

interface Value {
  n: number
  weight: number
}

const map = (pinned: (value: Value) => boolean = () => false) => new TriedMap<Value>(1_000, 10, pinned)

function fill(target: TriedMap<Value>, from: number, to: number): void {
  for (let n = from; n < to; n += 1) target.set(`k${n}`, { n, weight: 1 })
}

it('soon forgets what nobody asks for, and keeps what somebody does', () => {
  const target = map()
  fill(target, 0, 5)
  expect(target.get('k3')).toEqual({ n: 3, weight: 1 })
  fill(target, 5, 100)
  expect(target.size).toBeLessThanOrEqual(12)
  expect(target.get('k3')).toEqual({ n: 3, weight: 1 })
  expect(target.get('k4')).toBeUndefined()
  expect(target.get('k99')).toEqual({ n: 99, weight: 1 })
})

it('keeps what is pinned, asked for or not', () => {
  const target = map(({ n }) => n === 1)
  fill(target, 0, 100)
  expect([target.get('k0'), target.get('k1')]).toEqual([undefined, { n: 1, weight: 1 }])
})

it('counts what became heavier where it is', () => {
  const target = map()
  fill(target, 0, 3)
  const asked = target.get('k0')
  if (asked) target.reweigh('k0', asked, 400)
  expect(target.get('k1')).toBeDefined()
  const onTrial = { n: 7, weight: 1 }
  target.set('k7', onTrial)
  target.reweigh('k7', onTrial, 9)
  // Heavier than half of what a trial holds: those before it are the older generation now, and go with the next.
  fill(target, 8, 20)
  expect(target.get('k7')).toBeUndefined()
  expect(target.get('k0')).toEqual({ n: 0, weight: 400 })
})

it('has nothing of what was taken out, wherever it was', () => {
  const target = map()
  fill(target, 0, 2)
  target.get('k0')
  for (const key of ['k0', 'k1']) target.delete(key)
  expect([target.size, target.get('k0'), target.get('k1')]).toEqual([0, undefined, undefined])
})

it('soon forgets what has retired, however often it was asked for before and since', () => {
  const target = map()
  for (let n = 0; n < 30; n += 1) {
    const value = { n, weight: 1 }
    target.set(`k${n}`, value)
    target.get(`k${n}`)
    target.retire(`k${n}`, value)
    target.retire(`k${n}`, value)
    expect(target.get(`k${n}`)).toBe(value)
  }
  expect(target.get('k0')).toBeUndefined()
  expect(target.size).toBeLessThanOrEqual(12)
})

it('takes nothing from those on trial for what has retired', () => {
  const target = map()
  fill(target, 0, 3)
  for (let n = 100; n < 150; n += 1) {
    const value = { n, weight: 1 }
    target.set(`k${n}`, value)
    target.get(`k${n}`)
    target.retire(`k${n}`, value)
  }
  expect(target.get('k1')).toEqual({ n: 1, weight: 1 })
})

it('counts what became heavier after it had retired', () => {
  const target = map()
  const value = { n: 1, weight: 1 }
  target.set('k1', value)
  target.retire('k1', value)
  target.reweigh('k1', value, 9)
  for (const key of ['k2', 'k3']) {
    const next = { n: 2, weight: 6 }
    target.set(key, next)
    target.retire(key, next)
  }
  expect(target.get('k1')).toBeUndefined()
})
