import { expect, it } from 'vitest'
import { session, waiter } from '../../engine/test/store-contract/commits.ts'
import { createFreshWaiters } from '../src/read/fresh-waiters.ts'

const LINE = 'capability:work'

/** Sessions that have begun, each with one who waits. */
function begun(count: number) {
  const fresh = createFreshWaiters()
  for (let n = 0; n < count; n += 1) fresh.committed(start(n))
  const inLine = (limit = 9_999) => fresh.inLine(LINE, limit).map(({ taskId }) => taskId)
  return { fresh, inLine }
}

const start = (n: number, since = n) =>
  session(`s${n}`, 0, { startOnly: true, waiters: { join: [waiter('1', { since }, `s${n}.1`)], leave: [] } })

it('gives the first of a line in its order, whenever they came', () => {
  const { fresh, inLine } = begun(3)
  fresh.committed(start(7, 0.5))
  expect(inLine(3)).toEqual(['s0.1', 's7.1', 's1.1'])
  const urgent = waiter('1', { priority: 9, since: 99 }, 's8.1')
  const elsewhere = waiter('2', { line: 'agent:a' }, 's8.2')
  fresh.committed(session('s8', 0, { startOnly: true, waiters: { join: [urgent, elsewhere], leave: [] } }))
  expect(inLine(2)).toEqual(['s8.1', 's0.1'])
  expect([...fresh.lines()]).toEqual([LINE, 'agent:a'])
})

it('has nobody who has left, or moved to where the file says', () => {
  const { fresh, inLine } = begun(4)
  fresh.committed(session('s1', 1, { waiters: { join: [], leave: ['s1.1.1'] } }))
  fresh.committed(session('s2', 1, { waiters: { join: [waiter('1', { line: 'agent:a' }, 's2.1')], leave: [] } }))
  expect(inLine()).toEqual(['s0.1', 's3.1'])
  expect([...fresh.lines()]).toEqual([LINE])
})

it('forgets those that are found in the file, and nobody before', () => {
  const { fresh, inLine } = begun(2_000)
  fresh.filed(5_000, 0)
  for (let n = 2_000; n < 2_010; n += 1) fresh.committed(start(n))
  fresh.filed(5_010, 4_999)
  expect(inLine()).toHaveLength(2_010)
  fresh.filed(5_020, 5_000)
  expect(inLine()).toEqual(Array.from({ length: 10 }, (_, index) => `s${2_000 + index}.1`))
})
