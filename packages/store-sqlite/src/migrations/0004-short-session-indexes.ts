/**
 * Indexes of sessions end with the row's number, which SQLite appends by itself, in place of the session's id: a third of the
 * bytes that starting a session writes into them. Sessions of one millisecond are told apart by the order in which they
 * were written.
 */
export const shortSessionIndexes = `
DROP INDEX session_by_start;
DROP INDEX session_by_status;
DROP INDEX session_by_agent;
DROP INDEX session_by_workflow;
DROP INDEX session_to_wake;
CREATE INDEX session_by_start ON session (started_at);
CREATE INDEX session_by_status ON session (status, started_at);
CREATE INDEX session_by_agent ON session (agent_id, started_at);
CREATE INDEX session_by_workflow ON session (workflow_id, started_at);
CREATE INDEX session_to_wake ON session (session_no) WHERE wake_at IS NOT NULL;
`
