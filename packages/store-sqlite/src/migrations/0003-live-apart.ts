/**
 * What a report rewrites becomes a row of a few numbers.
 *
 * What it guarantees
 * 1. `agent.report_position` is 0 where `agent_live.live` is all of it; else the position of the agent's last report, which
 *    is not in `live` yet: `afterReport` of the two is what the agent is doing.
 * 2. That event is not trimmed before it has been taken into `live`.
 *
 * With `live` in the row that every report rewrites, a report wrote three times the bytes.
 */
export const liveApart = `
CREATE TABLE agent_live (
  agent_no INTEGER PRIMARY KEY,
  live TEXT NOT NULL
) STRICT;
INSERT INTO agent_live SELECT agent_no, live FROM agent;
ALTER TABLE agent DROP COLUMN live;
ALTER TABLE agent ADD COLUMN report_position INTEGER NOT NULL DEFAULT 0;
`
