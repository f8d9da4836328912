import { ERROR_CATALOGUE, type ErrorCode, Problem } from '@opscore/contract'
import type { FastifySchema } from 'fastify'
import type { Rule } from '../access/guard.ts'

declare module 'fastify' {
  interface FastifySchema {
    operationId?: string
    summary?: string
    description?: string
    tags?: string[]
    security?: Record<string, string[]>[]
    consumes?: string[]
    hide?: boolean
    [UNCHECKED_BODY]?: object
  }
}

export const BEARER = 'bearer'

/** Stands for a problem's example among the components, while the plugin copies what it stands in. */
export const NAMED_EXAMPLE = 'x-named-example'

/** Where a route's schema keeps what only the document reads. */
export const UNCHECKED_BODY = 'x-unchecked-body'

export interface Operation {
  id: string
  tag: string
  summary: string
  description?: string
  /** Absent on routes that anybody may call. */
  rule?: Rule
  params?: object
  query?: object
  headers?: object
  body?: object
  /** Documents a body that the handler checks by itself. */
  uncheckedBody?: object
  consumes?: string[]
  /** By status: the answer's schema. */
  answers: Record<number, object>
  /** Errors of its own, beside those that every route of its kind has. */
  errors?: readonly ErrorCode[]
}

/** A route's schema: what validates its requests, and what the OpenAPI document says of it. */
export function operation(described: Operation): FastifySchema {
  const { id, tag, summary, description, rule, params, query, headers, body, uncheckedBody, consumes, answers } =
    described
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: rule === undefined ? [] : [{ [BEARER]: [] }],
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(uncheckedBody === undefined ? {} : { [UNCHECKED_BODY]: uncheckedBody }),
    ...(consumes === undefined ? {} : { consumes }),
    response: { ...answers, ...problemAnswers(codesOf(described)) },
  }
}

/** An answer without a body. */
export function noContent(description: string): object {
  return { type: 'null', description }
}

function codesOf({ rule, params, query, headers, body, uncheckedBody, errors = [] }: Operation): Set<ErrorCode> {
  const codes = new Set(errors)
  if (rule !== undefined) codes.add('UNAUTHENTICATED').add('FORBIDDEN').add('RATE_LIMITED')
  if (rule?.demand === 'management' || rule?.demand === 'trigger') codes.add('OVERLOADED')
  if (params ?? query ?? headers ?? body) codes.add('VALIDATION_FAILED')
  if (body ?? uncheckedBody) {
    codes.add('INVALID_JSON').add('JSON_TOO_DEEP').add('FORBIDDEN_KEY')
    codes.add('PAYLOAD_TOO_LARGE').add('UNSUPPORTED_MEDIA_TYPE')
  }
  return codes.add('INTERNAL')
}

function problemAnswers(codes: ReadonlySet<ErrorCode>): Record<number, object> {
  const byStatus = Map.groupBy(codes, (code) => ERROR_CATALOGUE[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].title}`).join('; '),
        content: {
          'application/problem+json': {
            schema: Problem,
            examples: Object.fromEntries(group.map((code) => [code, { [NAMED_EXAMPLE]: code }])),
          },
        },
      },
    ]),
  )
}
