import { describe, expect, it } from 'vitest'
import { KeptAggregates } from '../../src/aggregate/kept/kept-aggregates.ts'

function keeping() {
  const loads: string[] = []
  const kept = new KeptAggregates<string, never>({
    store: { shared: false, generation: 0 },
    load: async (id) => {
      loads.push(id)
      return { version: 2, state: 'over' }
    },
    capacity: 1_000,
    trial: 100,
    weight: () => 1,
    isOver: (state) => state === 'over',
  })
  return { kept, loads }
}

describe('an aggregate that rests', () => {
  it('is found in memory while something is still to come of it', async () => {
    const { kept, loads } = keeping()
    kept.rest('s', kept.add('s', { version: 1, state: 'running' }))
    expect(await kept.peek('s')).toBe('running')
    expect(loads).toEqual([])
  })

  it('is there for what comes late once it is over, and leaves memory with the next few', async () => {
    const { kept, loads } = keeping()
    const end = (id: string) => {
      const entry = kept.add(id, { version: 1, state: 'running' })
      entry.current = { version: 2, state: 'over' }
      kept.rest(id, entry)
    }
    end('s')
    expect(kept.known('s')).toBe('over')
    for (let other = 0; other < 200; other += 1) end(`s${other}`)
    expect(kept.known('s')).toBeUndefined()
    expect(await kept.peek('s')).toBe('over')
    expect(loads).toEqual(['s'])
  })
})
