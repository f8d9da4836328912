/**
 * Rows that are looked up by an agent or a line are first written to the end of a small table, and filed many at a time.
 *
 * What it guarantees
 * 1. A waiter is in `waiter_fresh` or, once filed, in `waiter`, never in both; a session's agent in `agent_session_fresh` or
 *    in `agent_session`.
 * 2. The fresh tables are small enough to be read whole.
 *
 * Filed one by one, each session wrote two pages for it, one where its agent's sessions lie and one where its line lies,
 * which was more than half of what starting it wrote.
 */
export const freshRows = `
CREATE TABLE waiter_fresh (
  attempt_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  line TEXT NOT NULL,
  priority INTEGER NOT NULL,
  since REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_session (
  agent_id TEXT NOT NULL,
  started_at REAL NOT NULL,
  session_no INTEGER NOT NULL,
  PRIMARY KEY (agent_id, started_at, session_no)
) STRICT, WITHOUT ROWID;
INSERT INTO agent_session SELECT agent_id, started_at, session_no FROM session ORDER BY agent_id, started_at, session_no;
DROP INDEX session_by_agent;

CREATE TABLE agent_session_fresh (
  session_no INTEGER PRIMARY KEY,
  agent_id TEXT NOT NULL,
  started_at REAL NOT NULL
) STRICT;
`
