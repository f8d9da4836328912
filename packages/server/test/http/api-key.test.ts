import { expect, test } from 'vitest'
import { isApiKey, makeApiKey } from '../../src/http/access/api-key.ts'

test('a key has 256 bits and a checksum that tells it from noise', () => {
  const key = makeApiKey()
  expect(key).toMatch(/^ops_[\w-]{49}$/)
  expect(isApiKey(key)).toBe(true)
  expect(makeApiKey()).not.toBe(key)
  for (const other of [
    '',
    'ops_',
    key.slice(0, -1),
    `${key}x`,
    key.replace(/^ops_./, key[4] === 'A' ? 'ops_B' : 'ops_A'),
    key.toUpperCase(),
  ]) {
    expect([other, isApiKey(other)]).toEqual([other, false])
  }
})
