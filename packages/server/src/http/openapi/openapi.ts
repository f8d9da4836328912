import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { ApiError } from '@opscore/host'
import type { FastifyInstance, FastifySchema } from 'fastify'
import manifest from '../../../package.json' with { type: 'json' }
import { nameSchemas, referToComponents } from './document.ts'
import { BEARER, UNCHECKED_BODY } from './operation.ts'

/**
 * Swagger UI inlines its icons as `data:` images and sets styles as attributes; everything else comes from our origin,
 * so that the page works offline.
 */
const DOCS_CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const TAGS = [
  { name: 'approval', description: 'What people are asked, and what they decide' },
  { name: 'fleet', description: 'The fleet as a whole: at a glance, what wants somebody, and where something is' },
  { name: 'agent', description: 'Who there is, and what each is doing' },
  { name: 'workflow', description: 'Definitions, and starting them' },
  { name: 'schedule', description: 'Workflows that begin by the clock' },
  { name: 'session', description: 'Runs of a workflow, their tasks and attempts' },
  { name: 'event', description: 'What happens, as it happens' },
  { name: 'key', description: 'Who may do what' },
  { name: 'server', description: 'How Ops-Core itself is' },
]

/**
 * `/openapi.json`, and `/docs` to try it. Must be added before the routes that it describes; the document is made when it
 * is first asked for, so that starting costs nothing for it.
 */
export async function addOpenApi(app: FastifyInstance, basePath: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ops-Core',
        version: manifest.version,
        description: 'The control plane of a fleet of AI agents: registry, durable workflows, live events',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: `${basePath}/` }],
      tags: TAGS,
      components: { securitySchemes: { [BEARER]: { type: 'http', scheme: 'bearer' } } },
    },
    transform: ({ schema, url }) => ({ schema: documented(schema), url }),
    transformObject: (document) => ('openapiObject' in document ? referToComponents(document.openapiObject) : {}),
  })
  app.register(async (docs) => {
    // What the file server cannot find it says in ways of its own, some of them as a failure of ours.
    docs.setErrorHandler((error, { url }) => {
      throw url.startsWith('/docs/static/') ? new ApiError('NOT_FOUND', 'There is nothing at this address') : error
    })
    await docs.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_CONTENT_SECURITY_POLICY })
  })

  let document: string | undefined
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger())
    reply.type('application/json; charset=utf-8').send(document)
  })
}

function documented(schema: FastifySchema = {}): FastifySchema {
  const { [UNCHECKED_BODY]: body, ...rest } = schema
  return Object.assign({}, nameSchemas(body === undefined ? rest : { ...rest, body }))
}
