import type { LineLength, PageRequest, StorePage } from '@opscore/engine/store'
import { compareTexts, light, pageOf } from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import type { FreshWaiters } from './fresh-waiters.ts'
import type { Reader } from './reader.ts'

/** How many stand in each line: those who are filed, and those who are not. */
export function createLineLengths(reader: Reader, fresh: Pick<FreshWaiters, 'inLine' | 'lines'>) {
  const lengths = reader.prepare(
    'SELECT line, count(*) AS waiting FROM waiter_in_line WHERE line > ? GROUP BY line ORDER BY line LIMIT +?',
  )
  const stands = reader.prepare(
    'SELECT 1 FROM waiter_in_line WHERE line = ? AND priority = ? AND since = ? AND attempt_id = ?',
  )

  /** Of those who are not filed yet some are in the file all the same. */
  return function lineLengths({ limit, after = '' }: PageRequest): StorePage<LineLength> {
    const filed = new Map<string, number>()
    for (const row of lengths.each(after, limit + 1)) filed.set(column.text(row.line), column.number(row.waiting))
    const unfiled = [...fresh.lines()].filter((line) => compareTexts(line, after) > 0)
    const lines = [...new Set([...filed.keys(), ...unfiled])].sort(compareTexts)
    return pageOf(lines.slice(0, limit + 1), limit, {
      keyOf: String,
      read(line) {
        const alone = fresh
          .inLine(line, Infinity)
          .filter(({ priority, since, attemptId }) => !stands.get(line, priority, since, attemptId))
        return light({ line, waiting: (filed.get(line) ?? 0) + alone.length })
      },
    })
  }
}
