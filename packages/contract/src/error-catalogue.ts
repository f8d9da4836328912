/**
 * Every error code that leaves our HTTP APIs, with its status and title. `docs/errors.md` is held against this table
 * by a test. A code never changes its meaning; a new meaning is a new code.
 */
export const ERROR_CATALOGUE = {
  // Requests that are off
  VALIDATION_FAILED: { status: 422, title: 'The request does not fit its schema' },
  INVALID_JSON: { status: 422, title: 'The body is not JSON' },
  JSON_TOO_DEEP: { status: 422, title: 'The JSON is nested too deep' },
  FORBIDDEN_KEY: { status: 422, title: 'The JSON has a key that is not allowed' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The content type is not supported' },
  EXPECTATION_FAILED: { status: 417, title: 'The expectation cannot be met' },
  TOO_MANY_HEADERS: { status: 431, title: 'The request has too many headers' },
  BAD_REQUEST: { status: 400, title: 'The request is malformed' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request did not arrive in time' },
  AGENT_ID_MISMATCH: { status: 400, title: 'Path and body name different agents' },
  MISSING_WORKFLOW: { status: 400, title: 'The request names no workflow' },
  UNKNOWN_EVENT_TYPE: { status: 400, title: 'The event type is not known' },
  INVALID_CURSOR: { status: 400, title: 'The cursor does not belong to this list' },
  INVALID_WORKFLOW_DEFINITION: { status: 422, title: 'The workflow definition cannot run' },
  INVALID_SCHEDULE: { status: 422, title: 'The schedule cannot run' },
  BULK_TOO_LARGE: { status: 422, title: 'The bulk action takes too many sessions' },
  PAYLOAD_INVALID: { status: 422, title: 'The payload does not fit the schema of the workflow' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The idempotency key was used with another body' },

  // Who is asking
  UNAUTHENTICATED: { status: 401, title: 'An API key is needed' },
  INVALID_SIGNATURE: { status: 401, title: 'The signature does not hold' },
  FORBIDDEN: { status: 403, title: 'The API key may not do this' },

  // What is not there, or in the way
  NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The method is not allowed here' },
  AGENT_NOT_FOUND: { status: 404, title: 'The agent is not registered' },
  WORKFLOW_NOT_FOUND: { status: 404, title: 'The workflow is not known' },
  SESSION_NOT_FOUND: { status: 404, title: 'The session is not known' },
  TASK_NOT_FOUND: { status: 404, title: 'The task is not known' },
  APPROVAL_NOT_FOUND: { status: 404, title: 'The approval is not known' },
  KEY_NOT_FOUND: { status: 404, title: 'The API key is not known' },
  JOB_NOT_FOUND: { status: 404, title: 'The bulk job is not known' },
  SCHEDULE_NOT_FOUND: { status: 404, title: 'The schedule is not known' },
  SCHEDULE_EXISTS: { status: 409, title: 'Another schedule has this id' },
  TOOL_NOT_FOUND: { status: 404, title: 'The tool is not known' },
  IDEMPOTENCY_IN_FLIGHT: { status: 409, title: 'A request with this idempotency key is under way' },
  AGENT_NAME_TAKEN: { status: 409, title: 'Another agent has this name' },
  TOOL_NAME_TAKEN: { status: 409, title: 'Another tool has this name' },
  PRECONDITION_FAILED: { status: 412, title: 'What is stored is not what If-Match names' },
  ROOT_KEY_FIXED: { status: 409, title: 'The root key cannot be revoked' },
  STATE_CONFLICT: { status: 409, title: 'The state does not allow this' },
  TOO_MANY_SIGNALS: { status: 409, title: 'The session keeps too many signals that nothing waited for' },
  TOO_MANY_JOBS: { status: 409, title: 'Too many bulk jobs are running' },
  ENDPOINT_REFUSED: { status: 422, title: 'The endpoint is outside the networks that are allowed' },
  AGENT_CARD_UNREADABLE: { status: 422, title: 'The card of an agent cannot be read' },

  // Load and faults
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  OVERLOADED: { status: 503, title: 'The server sheds load' },
  SHUTTING_DOWN: { status: 503, title: 'The server is stopping' },
  STORE_UNAVAILABLE: { status: 503, title: 'The store cannot be reached' },
  STORE_FULL: { status: 507, title: 'The disk is full' },
  INTERNAL: { status: 500, title: 'Something unexpected went wrong' },

  // AgentKit
  MISSING_TOOL_NAME: { status: 400, title: 'The tool invocation names no tool' },
  INVALID_TOOL_ARGUMENTS: { status: 422, title: 'The arguments do not fit the tool' },
  LOCAL_TOOL_EXECUTION_FAILED: { status: 202, title: 'The local tool failed' },
  EXTERNAL_TOOL_EXECUTION_FAILED: { status: 202, title: 'The external tool failed' },
  EXTERNAL_TOOL_TIMEOUT: { status: 504, title: 'The external tool did not answer in time' },
  EXTERNAL_TOOL_UNREACHABLE: { status: 503, title: 'The external tool cannot be reached' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof ERROR_CATALOGUE

/** Codes a task's failure may bear beside those that agents send of their own. */
export const FAILURE_CODES = [
  'AGENT_ERROR',
  'DISPATCH_FAILED',
  'DISPATCH_REJECTED',
  'SCHEDULE_TO_START_TIMEOUT',
  'START_TO_CLOSE_TIMEOUT',
  'SCHEDULE_TO_CLOSE_TIMEOUT',
  'HEARTBEAT_TIMEOUT',
  'SESSION_TIMEOUT',
  'AGENT_LOST',
  'TEMPLATE_ERROR',
  'PAYLOAD_TOO_LARGE',
  'RESULT_TOO_LARGE',
  'SESSION_TOO_LARGE',
  'WAIT_TIMEOUT',
  'APPROVAL_EXPIRED',
  'APPROVAL_REJECTED',
  'OUTPUT_INVALID',
] as const
export type FailureCode = (typeof FAILURE_CODES)[number]
