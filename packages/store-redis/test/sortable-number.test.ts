import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromSortable, SORTABLE_LENGTH, toSortable } from '../src/rows/sortable-number.ts'

const number = fc.double({ noNaN: true })

it('orders texts as the numbers are ordered', () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [first, second] = [toSortable(a), toSortable(b)]
      expect(first).toHaveLength(SORTABLE_LENGTH)
      expect(first < second).toBe(a < b)
    }),
  )
})

it('gives the number back', () => {
  fc.assert(
    fc.property(number, (each) => {
      expect(fromSortable(`${toSortable(each)}rest`)).toBe(each === 0 ? 0 : each)
    }),
  )
})
