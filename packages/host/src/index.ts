export { parseExactly } from '@opscore/contract/exact-json'
export * from './configuration.ts'
export { parseDateTime } from './date-time.ts'
export { isCode } from './is-code.ts'
export * from './log.ts'
export type { LogLevel } from './log-level.ts'
export { checkEndpoint, type EndpointVerdict } from './outbound/endpoint.ts'
export { type NetworkPolicy, networkPolicy } from './outbound/network-policy.ts'
export {
  createOutbound,
  type Outbound,
  type OutboundAnswer,
  type OutboundOptions,
  type OutboundRequest,
} from './outbound/outbound.ts'
export * from './outbound/outbound-error.ts'
export { answerTooLarge, readTaskAnswer, TASK_ANSWER_LIMIT, TASK_ANSWERS_AT_ONCE } from './outbound/task-answer.ts'
export { isWantOfRoom, retryAfterOf } from './outbound/want-of-room.ts'
export * from './server/answer/api-error.ts'
export type { Fallback } from './server/answer/missing-route.ts'
export { type ExactFields, parseJsonBody } from './server/body/json-body.ts'
export { freePort } from './server/free-port.ts'
export { createHttpApp, type HttpAppOptions } from './server/http-app.ts'
export { HTTP_LIMITS, type HttpLimits } from './server/http-limits.ts'
export type { Lifecycle } from './server/lifecycle.ts'
export { type Listening, listenAndDrain } from './server/listen-and-drain.ts'
export { PortInUseError } from './server/port-in-use-error.ts'
export { API_CONTENT_SECURITY_POLICY, hasNoBody, PAGE_CONTENT_SECURITY_POLICY } from './server/request-guards.ts'
export { foundBefore, type Shortcut } from './server/shortcuts.ts'
export { bodyValidator } from './server/validation/schema-validator.ts'
export { shownInput } from './server/validation/shown-input.ts'
export { refusedField, validationError } from './server/validation/validation-error.ts'
export * from './webhook-signature.ts'
