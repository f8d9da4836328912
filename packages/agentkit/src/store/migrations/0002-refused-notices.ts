/**
 * What Ops-Core refused for good stays in the outbox beside its refusal, as JSON: whoever asks for the agent is shown it, and it is sent
 * once more at the next start.
 */
export const refusedNotices = `
  ALTER TABLE notice ADD COLUMN refusal TEXT;
`
