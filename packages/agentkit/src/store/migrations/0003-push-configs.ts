/** Where the updates of a session are pushed to, as A2A's clients asked; until it has ended. */
export const pushConfigs = `
  CREATE TABLE push_config (
    session_id TEXT NOT NULL,
    config_id  TEXT NOT NULL,
    config     TEXT NOT NULL,
    PRIMARY KEY (session_id, config_id)
  ) STRICT;
`
