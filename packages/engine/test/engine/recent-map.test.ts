import { describe, expect, it } from 'vitest'
import { RecentMap } from '../../src/aggregate/kept/recent-map.ts'

interface Value {
  n: number
  weight: number
}

const filled = (count: number, capacity: number, pinned: (value: Value) => boolean = () => false) => {
  const map = new RecentMap<Value>(capacity, pinned)
  for (let n = 0; n < count; n += 1) map.set(`k${n}`, { n, weight: 1 })
  return map
}

describe('a recent map', () => {
  it('holds no more than its capacity and one', () => {
    expect(filled(1_000, 10).size).toBeLessThanOrEqual(11)
  })

  it('holds the fewer the heavier they are', () => {
    const map = new RecentMap<Value>(100, () => false)
    for (let n = 0; n < 100; n += 1) map.set(`k${n}`, { n, weight: 25 })
    expect(map.size).toBeLessThanOrEqual(5)
  })

  it('lets others go where one becomes heavier', () => {
    const map = filled(9, 20)
    const last = map.get('k8')
    if (last) map.reweigh('k8', last, 15)
    map.set('k9', { n: 9, weight: 15 })
    map.set('k10', { n: 10, weight: 1 })
    expect(map.get('k0')).toBeUndefined()
    expect(map.get('k10')).toEqual({ n: 10, weight: 1 })
  })

  it('has room again for what was taken out', () => {
    const map = filled(1, 20)
    for (let n = 0; n < 100; n += 1) {
      map.set('heavy', { n, weight: 9 })
      map.delete('heavy')
    }
    expect(map.get('k0')).toBeDefined()
  })

  it('keeps what is asked for again and again', () => {
    const map = filled(1, 10)
    for (let n = 1; n < 1_000; n += 1) {
      map.set(`k${n}`, { n, weight: 1 })
      expect(map.get('k0')).toEqual({ n: 0, weight: 1 })
    }
  })

  it('forgets what nobody asks for', () => {
    expect(filled(1_000, 10).get('k0')).toBeUndefined()
  })

  it('keeps what is pinned, however much comes', () => {
    const map = filled(1_000, 10, ({ n }) => n < 20)
    for (let n = 0; n < 20; n += 1) expect(map.get(`k${n}`)).toEqual({ n, weight: 1 })
  })
})
