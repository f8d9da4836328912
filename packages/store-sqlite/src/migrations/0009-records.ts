/**
 * Small records of the engine's own that are no aggregates: bulk actions on their way.
 *
 * What it guarantees
 * 1. A record's version rises by one with each write, from 1; one that has expired counts as none.
 */
export const records = `
CREATE TABLE record (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  expires_at REAL NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_by_expiry ON record (expires_at);
`
