import { describe, expect, it } from 'vitest'
import { sessionIdOf } from '../../src/command/session-id.ts'

const uuid = (n: number) => `0197a3c2-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const placeOf = (id: string) => id.slice(-3)

describe('the id of a new session', () => {
  it('is the new UUID where the request does not count once', () => {
    expect(sessionIdOf(uuid(5), undefined)).toBe(uuid(5))
  })

  it('lies in the same place for every request with the same key, and is another one each time', () => {
    const ids = [0x1000, 0x2000, 0x3000].map((n) => sessionIdOf(uuid(n), 'owner:key'))
    expect(new Set(ids.map(placeOf)).size).toBe(1)
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  })

  it('spreads keys over the places', () => {
    const places = Array.from({ length: 4_096 }, (_, n) => placeOf(sessionIdOf(uuid(0), `key-${n}`)))
    expect(new Set(places).size).toBeGreaterThan(2_000)
  })
})
