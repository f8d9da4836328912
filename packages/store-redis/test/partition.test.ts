import { effectIdOf } from '@opscore/engine/store'
import { expect, it } from 'vitest'
import { partitionOf, partitionOfEffect } from '../src/rows/partition.ts'

const session = (end: string) => ({ kind: 'session' as const, id: `019a0000-0000-7000-8000-000000000${end}` })

it('reads a session’s partition from the end of its id', () => {
  expect(partitionOf(session('abc'), 4096)).toBe(0xabc)
  expect(partitionOf(session('ABC'), 4)).toBe(0xabc % 4)
  expect(partitionOf(session('000'), 7)).toBe(0)
})

it('spreads agents, and sessions whose id is no UUID, evenly', () => {
  for (const kind of ['agent', 'session'] as const) {
    const counts = [0, 0, 0, 0]
    for (let n = 0; n < 4_000; n++) {
      const partition = partitionOf({ kind, id: `${kind}-${n}` }, 4)
      counts[partition] = (counts[partition] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
  }
})

it('finds an effect where the aggregate lies that asked for it', () => {
  for (const aggregate of [session('abc'), { kind: 'agent' as const, id: 'a:b@c' }]) {
    const id = effectIdOf(aggregate, 7, 0)
    expect(partitionOfEffect(id, 64)).toBe(partitionOf(aggregate, 64))
  }
})
