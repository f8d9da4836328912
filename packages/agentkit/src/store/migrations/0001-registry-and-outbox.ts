/**
 * The registry, the tools that were registered over HTTP, and the outbox: what was acknowledged and is still to be told
 * to Ops-Core (`notice`) or forwarded to an agent (`message`). Ids rise and are never used twice, so their order is the
 * order in which things were acknowledged.
 */
export const registryAndOutbox = `
  CREATE TABLE agent (
    agent_id   TEXT PRIMARY KEY,
    agent_name TEXT NOT NULL UNIQUE,
    details    TEXT NOT NULL
  ) STRICT;

  CREATE TABLE tool (
    name       TEXT PRIMARY KEY,
    definition TEXT NOT NULL
  ) STRICT;

  CREATE TABLE notice (
    notice_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   TEXT NOT NULL,
    event_type TEXT NOT NULL,
    body       TEXT NOT NULL
  ) STRICT;

  CREATE TABLE message (
    message_id      INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id        TEXT NOT NULL,
    task_id         TEXT,
    idempotency_key TEXT NOT NULL,
    deadline        INTEGER,
    body            BLOB NOT NULL
  ) STRICT;
`
