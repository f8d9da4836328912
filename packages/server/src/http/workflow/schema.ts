import { workflowJsonSchema } from '@opscore/workflow'
import type { FastifyInstance } from 'fastify'
import { operation } from '../openapi/operation.ts'

/** Open to all: the schema of workflow definitions, for editors that complete them. */
export function addSchemaRoute(app: FastifyInstance): void {
  let schema: string | undefined
  app.get(
    '/schema/workflow.json',
    {
      schema: operation({
        id: 'getWorkflowSchema',
        tag: 'workflow',
        summary: 'The JSON Schema of workflow definitions',
        answers: {
          200: { description: 'JSON Schema 2020-12', content: { 'application/schema+json': { schema: {} } } },
        },
      }),
    },
    (_request, reply) => {
      schema ??= JSON.stringify(workflowJsonSchema())
      reply.type('application/schema+json; charset=utf-8').send(schema)
    },
  )
}
