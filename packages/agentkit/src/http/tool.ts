import { RegisterToolRequest, type ToolView } from '@opscore/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Tool } from '../tools/tool.ts'
import type { ToolRegistry } from '../tools/tool-registry.ts'
import type { Access } from './access.ts'
import { success } from './envelope.ts'

export function addToolRoutes(app: FastifyInstance, { tools, access }: { tools: ToolRegistry; access: Access }): void {
  const onRequest = async (request: FastifyRequest) => access.assertKeyed(request)

  app.get('/v1/tools', { onRequest }, async () => success('Tools retrieved successfully.', tools.list().map(view)))

  app.post<{ Body: RegisterToolRequest }>(
    '/v1/tools',
    { onRequest, schema: { body: RegisterToolRequest } },
    async (request, reply) => {
      const { tool, created } = await tools.register(request.body)
      reply.code(created ? 201 : 200)
      return success('Tool registered successfully.', view(tool))
    },
  )

  app.delete<{ Params: { name: string } }>(
    '/v1/tools/:name',
    { onRequest, config: { emptyBody: true } },
    async ({ params: { name } }) => {
      await tools.remove(name)
      return success('Tool removed successfully.', { name })
    },
  )
}

function view({ name, description, kind, endpoint, parameters }: Tool): ToolView {
  return { name, description, kind, endpoint, parameters }
}
