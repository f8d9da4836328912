import { describe, expect, it } from 'vitest'
import { RecentMap } from '../../src/engine/recent-map.ts'

const filled = (count: number, capacity: number, pinned: (value: { n: number }) => boolean = () => false) => {
  const map = new RecentMap<{ n: number }>(capacity, pinned)
  for (let n = 0; n < count; n += 1) map.set(`k${n}`, { n })
  return map
}

describe('a recent map', () => {
  it('holds no more than its capacity and one', () => {
    expect(filled(1_000, 10).size).toBeLessThanOrEqual(11)
  })

  it('keeps what is asked for again and again', () => {
    const map = filled(1, 10)
    for (let n = 1; n < 1_000; n += 1) {
      map.set(`k${n}`, { n })
      expect(map.get('k0')).toEqual({ n: 0 })
    }
  })

  it('forgets what nobody asks for', () => {
    expect(filled(1_000, 10).get('k0')).toBeUndefined()
  })

  it('keeps what is pinned, however much comes', () => {
    const map = filled(1_000, 10, ({ n }) => n < 20)
    for (let n = 0; n < 20; n += 1) expect(map.get(`k${n}`)).toEqual({ n })
  })
})
