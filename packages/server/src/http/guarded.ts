import type { FastifySchema, onRequestHookHandler } from 'fastify'
import type { Guard, Rule } from './access/guard.ts'
import { type Operation, operation } from './openapi/operation.ts'

/** The options of a route behind a rule: the same rule is enforced and documented. */
export function guarded(
  guard: Guard,
  described: Operation & { rule: Rule },
): { onRequest: onRequestHookHandler; schema: FastifySchema } {
  return { onRequest: guard.require(described.rule), schema: operation(described) }
}
