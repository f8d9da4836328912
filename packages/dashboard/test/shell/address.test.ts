import { expect, it } from 'vitest'
import { readAddress, writeAddress } from '../../page/shell/address.ts'

it('an address is plain words, and comes back as it was', () => {
  const search = { status: ['failed', 'running'], text: 'a b&c', task: '1' }
  expect(writeAddress(search)).toBe('?status=failed&status=running&text=a+b%26c&task=1')
  expect(readAddress(writeAddress(search))).toEqual(search)
})

it('what is not set stands in no address', () => expect(writeAddress({ a: undefined, b: '', c: [] })).toBe(''))
