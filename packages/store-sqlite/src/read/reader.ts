import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import { failureOf } from '../failure.ts'

type Row = Record<string, SQLOutputValue>

export interface Query {
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
  /** Rows as they are found: whoever has enough stops. Nothing may wait in between, as it holds a read open. */
  each(...values: SQLInputValue[]): Iterable<Row>
}

export interface Reader {
  /**
   * Statements are kept by their text. A bound limit is written `LIMIT +?`: with a bare parameter, whose value its planner looks
   * at, SQLite compiles the statement anew at each call, which costs more than most of them (`sqlite3ExprIsInteger`, 3.53).
   */
  prepare(sql: string): Query
  close(): void
}

/** Statements whose text depends on a filter; beyond these the oldest are prepared anew. */
const KEPT = 200

/**
 * The connection that reads, beside the writer's. Every statement is a snapshot of its own, so it sees all that has been
 * acknowledged. `onFatal` hears of a broken disk or file.
 */
export function createReader(path: string, onFatal: (error: unknown) => void): Reader {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  const kept = new Map<string, Query>()

  function seen(error: unknown): unknown {
    if (failureOf(error) === 'fatal') onFatal(error)
    return error
  }

  function guard<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw seen(error)
    }
  }

  function prepare(sql: string): Query {
    const known = kept.get(sql)
    if (known) return known
    const statement = guard(() => database.prepare(sql))
    const query: Query = {
      get: (...values) => guard(() => statement.get(...values)),
      all: (...values) => guard(() => statement.all(...values)),
      *each(...values) {
        try {
          yield* statement.iterate(...values)
        } catch (error) {
          throw seen(error)
        }
      },
    }
    kept.set(sql, query)
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break
      kept.delete(oldest)
    }
    return query
  }

  return { prepare, close: () => database.close() }
}
