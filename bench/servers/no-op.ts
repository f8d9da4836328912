/**
 * What Ops-Core's busiest routes are held against: plain Fastify with its own validator and serializer, the wire's
 * schemas, a bearer check, and handlers that answer a constant. Nothing of @opscore/host is in it, nothing is written,
 * and the bearer check is the cheapest there is.
 */
import { Accepted, AgentStateReport, AgentStateView, TriggerRequest, TriggerResponse } from '@opscore/contract'
import { fastify } from 'fastify'
import Type from 'typebox'
import { serve } from './serve.ts'

const expected = `Bearer ${process.env.OPSCORE_API_KEY}`
const AgentParams = Type.Object({ agentId: Type.String({ minLength: 1, maxLength: 256 }) })

const app = fastify({ logger: false, bodyLimit: 1.5 * 1024 * 1024 })

app.addHook('onRequest', (request, reply, done) => {
  if (request.headers.authorization === expected) done()
  else reply.code(401).header('www-authenticate', 'Bearer').send({ detail: 'The API key is missing or wrong' })
})

app.post(
  '/v1/opscore/agent/:agentId/state',
  { schema: { params: AgentParams, body: AgentStateReport, response: { 202: Accepted } } },
  (_request, reply) => {
    reply.code(202).send({ status: 'success', message: 'State update accepted' })
  },
)

app.get<{ Params: { agentId: string } }>(
  '/v1/opscore/agent/:agentId/state',
  { schema: { params: AgentParams, response: { 200: AgentStateView } } },
  ({ params: { agentId } }, reply) => {
    reply.send({ agentId, state: 'idle', details: { load: 0.5 }, timestamp: '2026-01-02T03:04:05.678Z' })
  },
)

app.post(
  '/v1/opscore/agent/:agentId/workflow',
  { schema: { params: AgentParams, body: TriggerRequest, response: { 202: TriggerResponse } } },
  (_request, reply) => {
    reply.code(202).send({
      sessionId: '019b7a52-6f2e-7c6f-9f4a-7a3f6f0f6f11',
      workflowId: 'sample_workflow_id',
      message: 'Workflow triggered successfully',
    })
  },
)

const url = await app.listen({ host: '127.0.0.1', port: 0 })
serve({ url, close: () => app.close() })
