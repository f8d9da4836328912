import type { DatabaseSync } from 'node:sqlite'
import type { Retention } from '@opscore/engine/store'
import { liveOf } from '../rows/agent-live.ts'
import { column } from '../rows/column.ts'
import type { AgentWrites } from './agent-writes.ts'
import type { DefinitionWrites } from './definition-writes.ts'
import type { FreshRows } from './fresh-rows.ts'
import { countSession, type Ledger } from './ledger.ts'
import type { SessionWrites } from './session-writes.ts'

/** Rows that one step removes: a few milliseconds, so that writes go on between the steps. */
const STEP = 500

/** One step of trimming within a batch. Returns how many rows went; 0 once nothing is left that may go. */
export function createTrimWrites(
  database: DatabaseSync,
  ledger: Ledger,
  {
    definitions,
    agents,
    sessions,
    fresh,
  }: { definitions: DefinitionWrites; agents: AgentWrites; sessions: SessionWrites; fresh: FreshRows },
) {
  const untaken = database.prepare(
    `SELECT a.agent_no, l.live, e.time, e.data FROM agent_event e
     JOIN agent a ON a.agent_id = e.agent_id AND a.report_position = e.position
     JOIN agent_live l ON l.agent_no = a.agent_no WHERE e.position <= ?`,
  )
  const takeIn = database.prepare('UPDATE agent_live SET live = ? WHERE agent_no = ?')
  const taken = database.prepare('UPDATE agent SET report_position = 0 WHERE agent_no = ?')
  const oldest = database.prepare('SELECT position, time FROM agent_event ORDER BY position LIMIT +?')
  const dropEvents = database.prepare('DELETE FROM agent_event WHERE position <= ?')
  const tombstones = database.prepare(
    'SELECT agent_no FROM agent WHERE deregistered_at IS NOT NULL AND deregistered_at < ? LIMIT +?',
  )
  const dropAgent = database.prepare('DELETE FROM agent WHERE agent_no = ?')
  const dropLive = database.prepare('DELETE FROM agent_live WHERE agent_no = ?')
  const dropRegistration = database.prepare('DELETE FROM agent_registration WHERE agent_no = ?')
  const ended = database.prepare(
    'SELECT session_no, status, agent_id, started_at, definition_hash, json_array_length(start) AS events FROM session WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT 1',
  )
  const lastEvent = database.prepare('SELECT max(position) AS position FROM session_event WHERE session_no = ?')
  const dropSessionEvents = database.prepare('DELETE FROM session_event WHERE session_no = ?')
  const dropTasks = database.prepare('DELETE FROM session_task WHERE session_no = ?')
  const dropSession = database.prepare('DELETE FROM session WHERE session_no = ?')
  const dropOnce = database.prepare(
    'DELETE FROM once WHERE key IN (SELECT key FROM once WHERE expires_at <= ? LIMIT +?)',
  )

  const dropRecords = database.prepare(
    'DELETE FROM record WHERE (kind, id) IN (SELECT kind, id FROM record WHERE expires_at <= ? LIMIT +?)',
  )

  /** By a range from the oldest on, up to the first that is not old enough. */
  function agentEvents(before: number): number {
    let last = 0
    for (const { position, time } of oldest.all(STEP)) {
      if (column.number(time) >= before) break
      last = column.number(position)
    }
    if (last === 0) return 0
    for (const row of untaken.all(last)) {
      takeIn.run(JSON.stringify(liveOf(row)), column.number(row.agent_no))
      taken.run(column.number(row.agent_no))
    }
    ledger.trimmed = Math.max(ledger.trimmed, last)
    return Number(dropEvents.run(last).changes)
  }

  function deregistered(before: number): number {
    const rows = tombstones.all(before, STEP)
    if (rows.length > 0) agents.forget()
    for (const { agent_no } of rows) {
      dropAgent.run(column.number(agent_no))
      dropRegistration.run(column.number(agent_no))
      dropLive.run(column.number(agent_no))
    }
    return rows.length
  }

  /** Sessions go whole, so a long one may make its step longer. */
  function endedSessions(before: number): number {
    let removed = 0
    while (removed < STEP) {
      const row = ended.get(before)
      if (!row) break
      sessions.forget()
      const sessionNo = column.number(row.session_no)
      const started = column.numberOrNull(row.events) ?? 0
      const last = lastEvent.get(sessionNo)?.position ?? (started > 0 ? sessionNo + started - 1 : 0)
      ledger.trimmed = Math.max(ledger.trimmed, column.number(last))
      removed += Number(dropSessionEvents.run(sessionNo).changes) + started + 1
      dropTasks.run(sessionNo)
      dropSession.run(sessionNo)
      countSession(ledger, column.text(row.status), null)
      fresh.dropSession({
        sessionNo,
        agentId: column.text(row.agent_id),
        startedAt: column.number(row.started_at),
      })
      definitions.release(column.text(row.definition_hash))
    }
    return removed
  }

  return ({ agentEventsBefore, sessionsEndedBefore, now }: Retention): number =>
    agentEvents(agentEventsBefore) ||
    deregistered(agentEventsBefore) ||
    endedSessions(sessionsEndedBefore) ||
    Number(dropOnce.run(now, STEP).changes) ||
    Number(dropRecords.run(now, STEP).changes)
}
