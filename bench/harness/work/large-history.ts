import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { agentIdOf } from './fleet.ts'

/** Within what is kept by default (7 days), so that nothing of it is trimmed while it is measured. */
const SPAN = 6 * 24 * 3_600_000

/**
 * Writes reports of registered agents into the data file of a server that does not run, as that server would have: agents
 * in turn, positions without a gap, every row with its agent's row before, agents and ledger moved on. Throws unless the
 * chains then hold. `agents` must have registered in the order of their indexes and have done nothing since.
 */
export function writeHistory(dataDir: string, { agents, rows }: { agents: number; rows: number }): void {
  if (rows % agents !== 0) throw new Error('Every agent must get as many rows as every other')
  using database = new DatabaseSync(join(dataDir, 'opscore.db'))
  // Should it fail, the folder is thrown away: neither a journal nor a flush is needed.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000')
  const head = Number(database.prepare('SELECT head FROM ledger').get()?.head)
  const start = Date.now() - SPAN
  database.exec(`
    BEGIN;
    CREATE TEMP TABLE fleet (place INTEGER PRIMARY KEY, agent_id TEXT, last INTEGER);
    INSERT INTO fleet SELECT row_number() OVER (ORDER BY agent_id) - 1, agent_id, last_position FROM agent;
    CREATE UNIQUE INDEX temp.fleet_by_id ON fleet (agent_id);
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows - 1})
    INSERT INTO agent_event (position, previous, time, type, agent_id, about, data)
    SELECT ${head} + 1 + i, CASE WHEN i < ${agents} THEN last ELSE ${head} + 1 + i - ${agents} END,
      ${start} + i * ${Math.floor(SPAN / rows)}, 'agent.state_changed', agent_id, NULL, '${reportData()}'
    FROM n CROSS JOIN fleet ON place = i % ${agents};
    UPDATE agent SET version = version + ${rows / agents},
      last_position = ${head + rows - agents} + 1 + (SELECT place FROM fleet f WHERE f.agent_id = agent.agent_id);
    UPDATE ledger SET head = ${head + rows};
    COMMIT;
    PRAGMA journal_mode = WAL;
  `)
  for (const index of [0, 1, agents >> 1, agents - 1]) checkChain(database, agentIdOf(index), rows / agents)
}

/** As large as what a report of 200 bytes leaves. */
function reportData(): string {
  const details = { message: 'x'.repeat(70) }
  return JSON.stringify({ state: 'idle', details, timestamp: '2026-01-02T03:04:05.678901+00:00' })
}

function checkChain(database: DatabaseSync, agentId: string, atLeast: number): void {
  const chain = database.prepare(`
    WITH RECURSIVE chain(position, previous, agent_id) AS (
      SELECT position, previous, agent_id FROM agent_event
      WHERE position = (SELECT last_position FROM agent WHERE agent_id = ?)
      UNION ALL
      SELECT e.position, e.previous, e.agent_id FROM chain c JOIN agent_event e ON e.position = c.previous
    ) SELECT count(*) AS length, count(DISTINCT agent_id) AS agents, min(previous) AS first FROM chain`)
  const found = chain.get(agentId)
  if (Number(found?.length) > atLeast && found?.agents === 1 && found.first === 0) return
  throw new Error(`The history of ${agentId} is broken: ${JSON.stringify(found)}`)
}
