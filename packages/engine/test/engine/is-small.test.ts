import type { Json } from '@opscore/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSmall, lengthOf } from '../../src/stream/is-small.ts'

describe('whether a value is small', () => {
  it('follows its length as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { length } = JSON.stringify(value)
        expect(isSmall(value as Json, length * 2 + 10)).toBe(true)
        if (length > 200) expect(isSmall(value as Json, Math.floor(length / 20))).toBe(false)
      }),
    )
  })

  it('which it can say as a number', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { length } = JSON.stringify(value)
        expect(lengthOf(value as Json)).toBeLessThanOrEqual(length * 2 + 10)
        expect(lengthOf(value as Json)).toBeGreaterThanOrEqual(length / 20)
      }),
    )
  })

  it.each([[null], [0], [''], [{}], [[]]])('says so of %j', (value) => {
    expect(isSmall(value, 10)).toBe(true)
  })
})
