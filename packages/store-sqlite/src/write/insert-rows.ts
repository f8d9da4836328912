import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

/** With one statement: a call costs more than what it does with a row. */
const AT_ONCE = 16

/** Inserts rows, given as their values one after the other; what is there already stays. */
export function createInsert(database: DatabaseSync, table: string, columns: readonly string[]) {
  const row = `(${columns.map(() => '?').join()})`
  const prepare = (rows: number) =>
    database.prepare(
      `INSERT OR IGNORE INTO ${table} (${columns.join()}) VALUES ${Array.from({ length: rows }, () => row).join()}`,
    )
  const one = prepare(1)
  const many = prepare(AT_ONCE)

  return (values: readonly SQLInputValue[]): void => {
    let at = 0
    for (const [statement, rows] of [
      [many, AT_ONCE],
      [one, 1],
    ] as const) {
      const taken = rows * columns.length
      for (; values.length - at >= taken; at += taken) statement.run(...values.slice(at, at + taken))
    }
  }
}
