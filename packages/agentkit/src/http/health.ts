import type { FastifyInstance } from 'fastify'

/** Open to everybody. */
export function addHealthRoutes(app: FastifyInstance): void {
  app.get('/health', async () => ({ status: 'healthy' }))
  app.get('/', async () => ({ message: 'Welcome to AgentKit API' }))
}
