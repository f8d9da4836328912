import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { createFreshRows } from '../../../src/adapters/sqlite/fresh-rows.ts'
import { migrate } from '../../../src/adapters/sqlite/migrate.ts'
import { WAITERS } from '../../../src/adapters/sqlite/waiter-row.ts'

const LIMIT = 3

function trial() {
  const database = new DatabaseSync(':memory:')
  migrate(database, 'memory')
  const count = (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n
  const waiters = () =>
    database
      .prepare(`${WAITERS} ORDER BY attempt_id`)
      .all()
      .map(({ attempt_id, line }) => `${attempt_id} in ${line}`)
  return { fresh: createFreshRows(database, LIMIT), count, waiters, [Symbol.dispose]: () => database.close() }
}

const place = (attemptId: string, line: string) => ({ attemptId, line, priority: 5, since: 1 })

it('files what is more than its limit, and finds everybody wherever they stand', () => {
  using subject = trial()
  const { fresh, count, waiters } = subject
  for (const n of [1, 2, 3, 4]) fresh.join(place(`s.1.${n}`, `agent:${n % 2}`), true)
  fresh.file()
  expect([count('waiter_fresh'), count('waiter')]).toEqual([0, 4])
  fresh.join(place('s.1.5', 'agent:1'), true)
  // Filed, it moves to another line.
  fresh.join(place('s.1.2', 'agent:new'), false)
  fresh.leave('s.1.3')
  fresh.file()
  expect([count('waiter_fresh'), count('waiter')]).toEqual([2, 2])
  expect(waiters()).toEqual(['s.1.1 in agent:1', 's.1.2 in agent:new', 's.1.4 in agent:0', 's.1.5 in agent:1'])
})

it('forgets lines in which nobody stands, so that they do not pile up', () => {
  using subject = trial()
  const { fresh, count, waiters } = subject
  fresh.join(place('s.1.0', 'agent:stays'), true)
  for (let n = 1; n <= 50; n++) {
    fresh.join(place(`s.1.${n}`, `agent:${n}`), true)
    fresh.leave(`s.1.${n}`)
    fresh.file()
    expect(count('fresh_line')).toBeLessThanOrEqual(2 * LIMIT)
  }
  fresh.join(place('s.1.51', 'agent:stays'), true)
  expect(waiters()).toEqual(['s.1.0 in agent:stays', 's.1.51 in agent:stays'])
})

it('knows after an undone transaction what is there', () => {
  using subject = trial()
  const { fresh, waiters } = subject
  fresh.join(place('s.1.1', 'agent:a'), true)
  fresh.recount()
  fresh.join(place('s.1.2', 'agent:a'), true)
  expect(waiters()).toEqual(['s.1.1 in agent:a', 's.1.2 in agent:a'])
})
