/**
 * How many sessions have each status is a counter, as counting them takes longer the more of them are kept.
 *
 * What it guarantees
 * 1. `ledger.sessions` is a JSON object of the number of sessions by status; a status that no session has may be missing or 0.
 */
export const sessionsByStatus = `
ALTER TABLE ledger ADD COLUMN sessions TEXT NOT NULL DEFAULT '{}';
UPDATE ledger SET sessions = (
  SELECT json_group_object(status, sessions) FROM (SELECT status, count(*) AS sessions FROM session GROUP BY status)
);
ALTER TABLE ledger DROP COLUMN open_sessions;
`
