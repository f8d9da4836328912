/**
 * The first format.
 *
 * What it guarantees
 * 1. Both event tables share one gap-free position: `ledger.head` names the last, and rises in the transaction that
 *    writes the rows. Rows are only ever appended at the end and removed whole.
 * 2. `agent_event.previous` is the agent's row before, 0 at its first: a chain, because a secondary index on a history of
 *    every report cost 15 % of the throughput and WITHOUT ROWID 45 %. Sessions write less and are read forward, so theirs
 *    has the index.
 * 3. What a report rewrites (`agent.live`) lies apart from what a registration said (`agent_registration`).
 * 4. Times are epoch milliseconds; REAL, as a duration may be a fraction of one. Whole ones are stored as integers.
 */
export const initial = `
CREATE TABLE ledger (
  partition INTEGER PRIMARY KEY,
  head INTEGER NOT NULL,
  trimmed INTEGER NOT NULL,
  agents INTEGER NOT NULL,
  open_sessions INTEGER NOT NULL
) STRICT;
INSERT INTO ledger VALUES (0, 0, 0, 0, 0);

CREATE TABLE agent (
  agent_no INTEGER PRIMARY KEY,
  agent_id TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  state TEXT NOT NULL,
  wake_at REAL,
  deregistered_at REAL,
  live TEXT NOT NULL
) STRICT;
CREATE INDEX agent_to_wake ON agent (agent_id) WHERE wake_at IS NOT NULL;
CREATE INDEX agent_tombstone ON agent (deregistered_at) WHERE deregistered_at IS NOT NULL;

CREATE TABLE agent_registration (
  agent_no INTEGER PRIMARY KEY,
  registration TEXT NOT NULL
) STRICT;

CREATE TABLE agent_event (
  position INTEGER PRIMARY KEY,
  previous INTEGER NOT NULL,
  time REAL NOT NULL,
  type TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  about TEXT,
  data TEXT NOT NULL
) STRICT;

-- In the order in which candidates are chosen.
CREATE TABLE agent_candidate (
  capability TEXT NOT NULL,
  unready INTEGER NOT NULL,
  load REAL NOT NULL,
  last_used REAL NOT NULL,
  agent_id TEXT NOT NULL,
  PRIMARY KEY (capability, unready, load, last_used, agent_id)
) STRICT, WITHOUT ROWID;

-- In the order in which agents are listed; written only when what an agent can do changes.
CREATE TABLE agent_capability (
  capability TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  PRIMARY KEY (capability, agent_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  session_no INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  status TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  workflow_id TEXT NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL,
  wake_at REAL,
  definition_hash TEXT NOT NULL,
  head TEXT NOT NULL
) STRICT;
CREATE INDEX session_by_start ON session (started_at, session_id);
CREATE INDEX session_by_status ON session (status, started_at, session_id);
CREATE INDEX session_by_agent ON session (agent_id, started_at, session_id);
CREATE INDEX session_by_workflow ON session (workflow_id, started_at, session_id);
CREATE INDEX session_to_wake ON session (session_id) WHERE wake_at IS NOT NULL;
CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE session_task (
  session_no INTEGER NOT NULL,
  place INTEGER NOT NULL,
  task TEXT NOT NULL,
  PRIMARY KEY (session_no, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_event (
  position INTEGER PRIMARY KEY,
  session_no INTEGER NOT NULL,
  time REAL NOT NULL,
  type TEXT NOT NULL,
  about TEXT,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX session_event_of ON session_event (session_no);

CREATE TABLE waiter (
  attempt_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  line TEXT NOT NULL,
  priority INTEGER NOT NULL,
  since REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX waiter_in_line ON waiter (line, priority DESC, since, attempt_id);

-- Rises in the order of commits, so that what is left over is carried out in it.
CREATE TABLE effect (
  effect_no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  effect TEXT NOT NULL
) STRICT;

CREATE TABLE once (
  key TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL,
  expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX once_by_expiry ON once (expires_at);

-- uses: how many workflows and sessions need it; it goes with the last.
CREATE TABLE definition (
  hash TEXT PRIMARY KEY,
  uses INTEGER NOT NULL,
  definition TEXT NOT NULL
) STRICT;

CREATE TABLE workflow (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  hash TEXT NOT NULL,
  created_at REAL NOT NULL,
  updated_at REAL NOT NULL
) STRICT;
`
