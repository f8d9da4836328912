/** Routes about one agent that are called all the time: each is declared once, and made into Fastify's route and the shortcut past it. */
import type { ErrorCode } from '@opscore/contract'
import type { ExactFields } from '@opscore/host'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import type { Rule } from '../access/guard.ts'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { AgentParams } from './agent.ts'
import { bodyFoundBefore, postShortcut, readShortcut, routeOf, throwFoundBefore } from './agent-shortcuts.ts'

interface FastRoute {
  /** Below `/v1/opscore/agent/:agentId/`. */
  name: string
  rule: Rule
  /** Of the answer where all went well. */
  status: number
  answer: TSchema
  errors: readonly ErrorCode[]
  document: { id: string; tag: string; summary: string; description?: string }
}

/** A read. `known` is what is known at once, which the shortcut answers; everything else is asked by `read`. */
export function addFastRead(
  app: FastifyInstance,
  context: ApiContext,
  route: FastRoute & { known: (agentId: string) => object | undefined; read: (agentId: string) => Promise<object> },
): void {
  const { name, rule, status, answer, errors, document, known, read } = route
  app.shortcuts.push(readShortcut(context, { name, rule, status, known }))
  app.get<{ Params: AgentParams }>(
    routeOf(name),
    guarded(context.guard, { ...document, rule, params: AgentParams, answers: { [status]: answer }, errors }),
    async ({ params }, reply) => reply.code(status).send(await read(params.agentId)),
  )
}

interface FastPost<B> extends FastRoute {
  body: TSchema
  /** In bytes. */
  limit: number
  exact: ExactFields
  /** Further settings of Fastify's route. */
  config?: object
  headers?: TSchema
  /** A request with this header is none of the usual. */
  but?: string
  /** Of a usual request whose body fits; `null` where `take` is to say what is wrong with it. */
  takeUsual: (request: { agentId: string; body: B; bytes: Buffer; arrivedAt: number }) => Promise<unknown> | null
  /** Of every other one. */
  take: (request: FastifyRequest<{ Params: AgentParams; Body: B }>) => Promise<unknown>
  /** What either resolved with, as it is sent. */
  print: (answer: unknown) => string
}

export function addFastPost<B>(app: FastifyInstance, context: ApiContext, route: FastPost<B>): void {
  const { name, rule, status, answer, errors, document, body, limit, exact, config, headers, but, print } = route
  const usual = { name, rule, status, bodyLimit: limit, schema: body, exact, print, answer: route.takeUsual }
  app.shortcuts.push(postShortcut<B>(context, { ...usual, ...(but === undefined ? {} : { but }) }))
  app.post<{ Params: AgentParams; Body: B }>(
    routeOf(name),
    {
      bodyLimit: limit,
      preParsing: bodyFoundBefore,
      config: { exact, ...config },
      ...guarded(context.guard, {
        ...{ ...document, rule, params: AgentParams, body, answers: { [status]: answer }, errors },
        ...(headers === undefined ? {} : { headers }),
      }),
    },
    async (request, reply) => {
      throwFoundBefore(request)
      const taken = await route.take(request)
      return reply.code(status).type('application/json; charset=utf-8').send(print(taken))
    },
  )
}
