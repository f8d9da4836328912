import { Readable } from 'node:stream'
import { A2A_VERSION_HEADER, AGENT_CARD_PATH, AgentCard, formatSSEEvent } from '@a2a-js/sdk'
import { JsonRpcTransportHandler, ServerCallContext } from '@a2a-js/sdk/server'
import { ApiError } from '@opscore/host'
import { exposedWorkflows, OpsCoreClient, OpsCoreError } from '@opscore/sdk'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AgentRegistry } from '../agent-registry.ts'
import { createA2aHandler } from './a2a-handler.ts'
import { agentCard, fleetCard, workflowCard } from './agent-card.ts'
import type { CardSigner } from './card-signer.ts'
import type { PushService } from './push/push-sender.ts'
import type { Target } from './target.ts'

export interface A2aRoutes {
  agents: AgentRegistry
  /** Where Ops-Core's API is. */
  opsCoreUrl: string
  /** Where others reach AgentKit, without a slash at its end. */
  baseUrl: () => string
  push: PushService | undefined
  /** Cards too are for those alone who may read Ops-Core. */
  requireKey: boolean
  signer: CardSigner | undefined
}

/** A payload of 256 KiB with its envelope. */
const BODY_LIMIT = 320 * 1024
const KEY_SET = '/.well-known/jwks.json'
const CARD = `/${AGENT_CARD_PATH.replace(/^\//, '')}`

type Answer = Awaited<ReturnType<JsonRpcTransportHandler['handle']>>
type Single = Exclude<Answer, AsyncGenerator>

/**
 * A2A before Ops-Core: a card and an endpoint for all, for each agent and for each marked workflow. The bearer's key is one of
 * Ops-Core's, and is handed on; AgentKit adds no right to it.
 */
export function addA2aRoutes(app: FastifyInstance, routes: A2aRoutes): void {
  const { agents, signer, baseUrl, push } = routes
  const place = () => ({ baseUrl: baseUrl(), pushes: push !== undefined })
  const signed = async (card: AgentCard) =>
    AgentCard.toJSON(signer ? await signer.sign(card, `${baseUrl()}${KEY_SET}`) : card)
  const fleet: Target = { kind: 'fleet' }
  /** For cards that show nothing of Ops-Core's, and so need none of its keys by themselves. */
  const assertReader = async (request: FastifyRequest) => {
    if (routes.requireKey) await clientOf(routes, request).agents.list({ limit: 1 }).catch(refuse)
  }
  const config = { rawBody: true }

  app.get(CARD, { preHandler: assertReader }, async () => signed(fleetCard(agents.list(), [], place())))
  if (signer) app.get(KEY_SET, async () => signer.keys)
  app.post('/a2a', { bodyLimit: BODY_LIMIT, config }, async (request, reply) => serve(routes, fleet, request, reply))

  app.get<{ Params: { id: string } }>(
    `/a2a/agent/:id${CARD}`,
    { preHandler: assertReader },
    async ({ params: { id } }) => signed(agentCard(agents.get(id), place())),
  )
  app.post<{ Params: { id: string } }>('/a2a/agent/:id', { bodyLimit: BODY_LIMIT, config }, async (request, reply) =>
    serve(routes, { kind: 'agent', agent: agents.get(request.params.id) }, request, reply),
  )

  app.get<{ Params: { id: string } }>(`/a2a/workflow/:id${CARD}`, async (request) => {
    const { id } = request.params
    const marked = await Array.fromAsync(exposedWorkflows(clientOf(routes, request))).catch(refuse)
    const workflow = marked.find((one) => one.id === id)
    if (!workflow) throw new ApiError('WORKFLOW_NOT_FOUND', `No workflow '${id}' is offered`)
    return signed(workflowCard(workflow, place()))
  })
  app.post<{ Params: { id: string } }>('/a2a/workflow/:id', { bodyLimit: BODY_LIMIT, config }, async (request, reply) =>
    serve(routes, { kind: 'workflow', workflowId: request.params.id }, request, reply),
  )
}

async function serve(
  routes: A2aRoutes,
  target: Target,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { agents, baseUrl, push } = routes
  const place = { baseUrl: baseUrl(), pushes: push !== undefined }
  const client = clientOf(routes, request)
  const gone = new AbortController()
  reply.raw.on('close', () => gone.abort(new Error('The client has gone away')))
  let refused: OpsCoreError | undefined
  const handler = createA2aHandler({
    target,
    client,
    findAgent: agents.find,
    card: target.kind === 'agent' ? agentCard(target.agent, place) : fleetCard(agents.list(), [], place),
    extendedCard: async () => fleetCard(agents.list(), await Array.fromAsync(exposedWorkflows(client)), place),
    push,
    signal: gone.signal,
    onError(error) {
      if (error instanceof OpsCoreError && (error.status === 401 || error.status === 403)) refused = error
    },
  })
  const version = request.headers[A2A_VERSION_HEADER.toLowerCase()]
  const context = new ServerCallContext(typeof version === 'string' ? { requestedVersion: version } : {})
  const answer = await new JsonRpcTransportHandler(handler).handle(request.rawBody?.toString('utf8') ?? '', context)
  if (!(Symbol.asyncIterator in answer)) {
    if (refused) refuse(refused)
    return answer
  }
  // What comes before the first event is an error of the request: there is a status for it yet.
  const first = await answer.next().catch((error: unknown) => ({ done: true as const, value: failed(request, error) }))
  if (refused) refuse(refused)
  if (first.done) return first.value
  reply.type('text/event-stream').header('x-accel-buffering', 'no')
  return reply.send(Readable.from(events(request, first.value, answer)))
}

async function* events(request: FastifyRequest, first: Single, rest: AsyncGenerator<Single>): AsyncGenerator<string> {
  yield formatSSEEvent(first)
  try {
    for await (const event of rest) yield formatSSEEvent(event)
  } catch (error) {
    yield formatSSEEvent(failed(request, error))
  }
}

function failed({ body }: FastifyRequest, error: unknown): Single {
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : null
  return {
    jsonrpc: '2.0',
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    error: JsonRpcTransportHandler.mapToJSONRPCError(error),
  }
}

/** Throws `UNAUTHENTICATED` where the request bears no key. */
function clientOf({ opsCoreUrl }: A2aRoutes, { headers }: FastifyRequest): OpsCoreClient {
  const apiKey = /^bearer +([\x21-\x7e]+) *$/i.exec(headers.authorization ?? '')?.[1]
  if (apiKey !== undefined) return new OpsCoreClient({ url: opsCoreUrl, apiKey })
  throw new ApiError('UNAUTHENTICATED', 'An API key of Ops-Core is needed', {
    headers: { 'www-authenticate': 'Bearer' },
  })
}

/** Ops-Core's refusal as AgentKit's own. */
function refuse(error: unknown): never {
  if (!(error instanceof OpsCoreError)) throw error
  if (error.status === 401) {
    throw new ApiError('UNAUTHENTICATED', error.detail, { headers: { 'www-authenticate': 'Bearer' } })
  }
  if (error.status === 403) throw new ApiError('FORBIDDEN', error.detail)
  throw new ApiError('STORE_UNAVAILABLE', `Ops-Core does not answer as it should: ${error.detail}`, { retryAfter: 1 })
}
