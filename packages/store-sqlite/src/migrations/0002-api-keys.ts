/**
 * API keys that are made, beside the root key, which is configured.
 *
 * What it guarantees
 * 1. A key is here by its SHA-256 alone.
 * 2. `api_key_revision` has one row; it rises in the transaction that makes or revokes a key.
 */
export const apiKeys = `
CREATE TABLE api_key (
  key_id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  agent_ids TEXT,
  created_at REAL NOT NULL,
  expires_at REAL,
  revoked_at REAL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key_revision (revision INTEGER NOT NULL) STRICT;
INSERT INTO api_key_revision VALUES (0);
`
