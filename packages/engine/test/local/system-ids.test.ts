import { expect, test } from 'vitest'
import { systemIds } from '../../src/local/system-ids.ts'

test('ids are UUIDv7, distinct, and rise in the order they are made', () => {
  const made = Array.from({ length: 1000 }, () => systemIds.uuid())
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(made).size).toBe(made.length)
  expect([...made].sort()).toEqual(made)
})

test('random numbers lie in [0, 1)', () => {
  for (let i = 0; i < 1000; i++) {
    const drawn = systemIds.random()
    expect(drawn >= 0 && drawn < 1).toBe(true)
  }
})
