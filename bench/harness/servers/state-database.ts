import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Looks into a data folder beside the server, to hold what it acknowledged against what it has kept. */
export interface StateDatabase extends Disposable {
  /** The newest position of the event log. */
  head(): number
  /** Reports kept after one position, up to another. */
  reports(range: { after: number; upTo: number }): number
  sessionCount(): number
  sessions(): { status: string; count: number }[]
  /** From the start of the first session to the end of the last, in milliseconds. */
  sessionSpan(): number
  /** Tasks that wait for an agent, and what is still to be carried out. */
  backlog(): { waiting: number; effects: number }
  /** Of the file with what still lies in its log, in bytes. */
  size(): number
}

export function openStateDatabase(dataDir: string): StateDatabase {
  const database = new DatabaseSync(join(dataDir, 'opscore.db'), { readOnly: true, timeout: 5_000 })
  const head = database.prepare('SELECT head FROM ledger')
  const reports = database.prepare(
    "SELECT count(*) AS count FROM agent_event WHERE position > ? AND position <= ? AND type = 'agent.state_changed'",
  )
  const sessionCount = database.prepare('SELECT count(*) AS count FROM session')
  const sessions = database.prepare('SELECT status, count(*) AS count FROM session GROUP BY status')
  const span = database.prepare('SELECT max(ended_at) - min(started_at) AS span FROM session')
  const pages = database.prepare('SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size')
  const backlog = database.prepare(
    `SELECT (SELECT count(*) FROM waiter) + (SELECT count(*) FROM session WHERE waiting IS NOT NULL) AS waiting,
      (SELECT count(*) FROM effect) AS effects`,
  )
  return {
    head: () => Number(head.get()?.head),
    reports: ({ after, upTo }) => Number(reports.get(after, upTo)?.count),
    sessionCount: () => Number(sessionCount.get()?.count),
    sessions: () => sessions.all().map(({ status, count }) => ({ status: String(status), count: Number(count) })),
    sessionSpan: () => Number(span.get()?.span),
    backlog: () => {
      const row = backlog.get()
      return { waiting: Number(row?.waiting), effects: Number(row?.effects) }
    },
    size: () => Number(pages.get()?.size),
    [Symbol.dispose]: () => database.close(),
  }
}
