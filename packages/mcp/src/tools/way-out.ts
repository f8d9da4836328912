const LATER = 'Try again after a pause.'
const AWAY = 'Ops-Core does not answer. Try again later, or ask whoever runs it.'

/** What a caller can do about an error, by its code. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'The API key is missing or not valid: whoever set up this MCP server has to give it another one.',
  FORBIDDEN: 'The API key lacks a scope. Whoever administers Ops-Core can make a key that has it: opscore key create.',
  INVALID_ARGUMENTS: 'Mend the arguments and call again.',
  VALIDATION_FAILED: 'Mend the arguments and call again.',
  AGENT_NOT_FOUND: 'Call list_agents for the ids that there are.',
  WORKFLOW_NOT_FOUND: 'Call search with a part of its id or name.',
  SESSION_NOT_FOUND: 'Call search with the beginning of its id.',
  APPROVAL_NOT_FOUND: 'Call list_approvals for the ids that there are.',
  PAYLOAD_INVALID: 'Mend the payload: the workflow says what it takes.',
  TOO_MANY_SIGNALS: 'Nothing waits for so many signals: send no more of them.',
  STATE_CONFLICT: 'Call get_session: its status says what can be done.',
  INVALID_WORKFLOW_DEFINITION: 'The stored workflow cannot run: it has to be mended and stored again.',
  IDEMPOTENCY_KEY_REUSED: 'Give another idempotencyKey, or none.',
  RATE_LIMITED: LATER,
  OVERLOADED: LATER,
  SHUTTING_DOWN: LATER,
  STORE_UNAVAILABLE: LATER,
  IDEMPOTENCY_IN_FLIGHT: LATER,
  UNREACHABLE: AWAY,
  TIMEOUT: AWAY,
}

export const wayOutOf = (code: string): string => WAYS_OUT[code] ?? 'Call again, or ask whoever runs Ops-Core.'
