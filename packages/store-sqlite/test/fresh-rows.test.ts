import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { migrate } from '../src/migrate.ts'
import { column } from '../src/rows/column.ts'
import { createFreshRows } from '../src/write/fresh-rows.ts'
import { createLedger } from '../src/write/ledger.ts'
import type { Place } from '../src/write/session-start.ts'
import { waitingTextOf } from '../src/write/session-start.ts'

const LIMIT = 300

function trial() {
  const database = new DatabaseSync(':memory:')
  migrate(database, 'memory')
  const { ledger, reload, save } = createLedger(database)
  reload()
  const insert = database.prepare(
    `INSERT INTO session (session_no, session_id, version, status, agent_id, workflow_id, started_at, definition_hash, head, start, waiting)
     VALUES (?, ?, 1, 'running', ?, 'w', ?, 'h', '', '[]', ?)`,
  )
  const moveOn = database.prepare('UPDATE session SET version = version + 1, waiting = NULL WHERE session_no = ?')
  const waitingIn = database.prepare('SELECT waiting FROM session WHERE session_no = ?')
  const dropRow = database.prepare('DELETE FROM session WHERE session_no = ?')
  const names = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map(({ name }) => name)
  const open = () => {
    const rows = createFreshRows(database, ledger, LIMIT)
    rows.recover()
    return rows
  }
  const subject = {
    ledger,
    fresh: open(),
    /** As after a crash: what the ledger and memory held is read anew. */
    restart(): void {
      reload()
      subject.fresh = open()
    },
    /** The first has sessions that begin; then there is time between batches. */
    commit(): void {
      if (subject.fresh.waits()) subject.fresh.fileWhileIdle()
      subject.fresh.file()
      save()
    },
    /** Session `n` begins, and its task waits. */
    begin(n: number): void {
      const [agentId, line] = [`a${n % 3}`, `agent:a${n % 3}`]
      const waiting = waitingTextOf([place(n, line)], `s${n}`)
      insert.run(n, `s${n}`, agentId, n, waiting)
      subject.fresh.start({ ...session(n), waiting, line })
    },
    /** Sessions begin in batches of 40. */
    beginAll(last: number): void {
      for (const n of count(1, last)) {
        subject.begin(n)
        if (n % 40 === 0) subject.commit()
      }
    },
    goOn(n: number, waiters: { leave?: string[]; join?: Place[] } = {}): void {
      const waiting = column.textOrNull(waitingIn.get(n)?.waiting)
      moveOn.run(n)
      subject.fresh.goOn({ sessionNo: n, sessionId: `s${n}`, waiting, leave: [], join: [], ...waiters })
    },
    waiting: () =>
      names(`SELECT attempt_id AS name, since FROM waiter
        UNION ALL SELECT session_id || (value ->> 0), value ->> 3 FROM session, json_each(waiting) ORDER BY since`),
    drop(n: number): void {
      dropRow.run(n)
      subject.fresh.dropSession(session(n))
    },
    inLine: () => names('SELECT attempt_id AS name FROM waiter_in_line ORDER BY since'),
    linesOf: (line: string) =>
      names(`SELECT attempt_id AS name FROM waiter_in_line WHERE line = '${line}' ORDER BY since`),
    ofAgents: () => names("SELECT 's' || session_no AS name FROM agent_session ORDER BY session_no"),
    [Symbol.dispose]: () => database.close(),
  }
  return subject
}

const attempt = (n: number) => `s${n}.1.1`
const place = (n: number, line: string): Place => ({ attemptId: attempt(n), line, priority: 5, since: n })
const session = (n: number) => ({ sessionNo: n, sessionId: `s${n}`, agentId: `a${n % 3}`, startedAt: n })
const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const all = count(1, LIMIT + 1)

it('files what is more than its limit, some with each batch, until all of it is in its place', () => {
  using subject = trial()
  subject.beginAll(LIMIT)
  expect([subject.ofAgents(), subject.inLine(), subject.ledger.filed]).toEqual([[], [], 0])
  subject.begin(LIMIT + 1)
  let batches = 0
  for (; subject.ledger.filed === 0; batches++) {
    const before = subject.inLine().length
    subject.commit()
    expect(subject.inLine().length - before).toBeLessThan(LIMIT)
  }
  expect(batches).toBeGreaterThan(3)
  expect(subject.ledger.filed).toBe(LIMIT + 1)
  expect(subject.inLine()).toEqual(all.map(attempt))
  expect(subject.ofAgents()).toEqual(all.map((n) => `s${n}`))
  expect(subject.waiting()).toEqual(subject.inLine())
})

it('keeps up with sessions that begin while it files', () => {
  using subject = trial()
  let begun = 0
  for (let batch = 0; batch < 20; batch++) {
    for (const n of count(begun + 1, begun + 200)) subject.begin(n)
    begun += 200
    subject.commit()
    expect(begun - subject.ledger.filed).toBeLessThanOrEqual(3 * LIMIT)
  }
})

const STAGES = { unfiled: 0, 'half filed by agent': 2, 'half filed in line': 4, filed: 9 }

it.each(Object.entries(STAGES))('takes out who leaves or moves, and drops a session, %s', (stage, batches) => {
  using subject = trial()
  subject.beginAll(LIMIT + 1)
  for (let batch = 0; batch < batches; batch++) subject.commit()
  expect(subject.ledger.filed > 0).toBe(stage === 'filed')
  const gone = all.filter((n) => n % 3 === 0)
  for (const n of gone) {
    subject.goOn(n, { leave: [attempt(n)] })
    subject.drop(n)
  }
  for (const n of [1, LIMIT + 1]) subject.goOn(n, { join: [place(n, 'agent:new')] })
  // It goes on, and who waits in it waits.
  for (const n of [2, 151, LIMIT - 1]) subject.goOn(n)
  subject.fresh.fileAll()
  const left = all.filter((n) => n % 3 !== 0)
  expect(subject.waiting()).toEqual(left.map(attempt))
  expect(subject.inLine()).toEqual(subject.waiting())
  expect(subject.linesOf('agent:new')).toEqual([attempt(1), attempt(LIMIT + 1)])
  expect(subject.ofAgents()).toEqual(left.map((n) => `s${n}`))
})

it.each(Object.values(STAGES))('finds after a restart what was not filed, with %i batches filed before', (batches) => {
  using subject = trial()
  subject.beginAll(LIMIT + 1)
  for (let batch = 0; batch < batches; batch++) subject.commit()
  subject.goOn(4, { leave: [attempt(4)] })
  subject.restart()
  // Filed or not, it is found wherever it is.
  const gone = [2, 4, 151, LIMIT + 1]
  for (const n of gone) subject.goOn(n, { leave: [attempt(n)] })
  subject.fresh.fileAll()
  const left = all.filter((n) => !gone.includes(n))
  expect(subject.inLine()).toEqual(left.map(attempt))
  expect(subject.waiting()).toEqual(left.map(attempt))
  expect(subject.ofAgents()).toEqual(all.map((n) => `s${n}`))
  expect(subject.ledger.filed).toBe(LIMIT + 1)
})
