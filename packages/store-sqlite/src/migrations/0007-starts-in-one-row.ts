/**
 * A session's start is one row; its agent, and who waits in it, are filed later, a little with each batch.
 *
 * What it guarantees
 * 1. `session_no` is the position of the session's first event, and `start` holds the events of its first commit, which have the
 *    positions from there on: a JSON array of `[type, time, about, data]`, or, for a `session.started` that says what the row's columns say,
 *    `[null, time, ...rest]` (sqlite/session-start.ts). `NULL` where the session began in an earlier format: its number says nothing then, and is at
 *    most the log's head at that time.
 * 2. Sessions up to the number `ledger.filed` are in `agent_session`; those beyond do not count there, filed or not.
 * 3. Who waits since a short session's first commit is in its `waiting`, a JSON array of `[attempt, line, priority, since]`, as long as
 *    it has no other commit; everybody else who waits is in `waiter`. All but those in `waiting` beyond `ledger.filed` are in
 *    `waiter_in_line`, and those may be.
 *
 * Sessions are listed by their start through the index on their status; that is also how those are found that want to be
 * woken, as a closed one wants nothing.
 */
export const startsInOneRow = `
INSERT INTO agent_session SELECT agent_id, started_at, session_no FROM agent_session_fresh;
DROP TABLE agent_session_fresh;

INSERT INTO waiter SELECT f.attempt_id, l.line, f.priority, f.since FROM waiter_fresh f JOIN fresh_line l ON l.line_no = f.line_no;
DROP TABLE waiter_fresh;
DROP TABLE fresh_line;
DROP INDEX waiter_in_line;
CREATE TABLE waiter_in_line (
  line TEXT NOT NULL,
  priority INTEGER NOT NULL,
  since REAL NOT NULL,
  attempt_id TEXT NOT NULL,
  PRIMARY KEY (line, priority DESC, since, attempt_id)
) STRICT, WITHOUT ROWID;
INSERT INTO waiter_in_line SELECT line, priority, since, attempt_id FROM waiter ORDER BY line, priority DESC, since, attempt_id;

DROP INDEX session_by_start;
DROP INDEX session_to_wake;
ALTER TABLE session ADD COLUMN start TEXT;
ALTER TABLE session ADD COLUMN waiting TEXT;
ALTER TABLE ledger ADD COLUMN filed INTEGER NOT NULL DEFAULT 0;
UPDATE ledger SET head = max(head, (SELECT coalesce(max(session_no), 0) FROM session));
UPDATE ledger SET filed = head;
`
