import { parseStored } from '@opscore/contract/exact-json'
import type { AgentLive } from '@opscore/engine/store'
import { afterReport } from '@opscore/engine/store'
import { column } from './column.ts'

/** What an agent is doing, from a row of its `live` and the `time` and `data` of the report that is not in there, if any. */
export function liveOf(row: Record<string, unknown>): AgentLive {
  const live: AgentLive = parseStored(column.text(row.live))
  if (row.data === null) return live
  return afterReport(live, { time: column.number(row.time), data: parseStored(column.text(row.data)) })
}
