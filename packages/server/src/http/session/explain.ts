import { Explanation } from '@opscore/contract'
import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { SessionParams } from './session.ts'
import { TaskParams } from './task.ts'

/** Why is it waiting? */
export function addExplainRoutes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get<{ Params: SessionParams }>(
    '/v1/opscore/session/:sessionId/explain',
    guarded(guard, {
      id: 'explainSession',
      tag: 'session',
      summary: 'Say what a session waits for',
      description: 'Each cause says since when, until when, and what would move it.',
      rule: { scope: 'read', demand: 'lookup' },
      params: SessionParams,
      answers: { 200: Explanation },
      errors: ['SESSION_NOT_FOUND'],
    }),
    ({ params }) => engine.explainSession(params.sessionId),
  )

  app.get<{ Params: TaskParams }>(
    '/v1/opscore/task/:taskId/explain',
    guarded(guard, {
      id: 'explainTask',
      tag: 'session',
      summary: 'Say what a task waits for',
      rule: { scope: 'read', demand: 'lookup' },
      params: TaskParams,
      answers: { 200: Explanation },
      errors: ['TASK_NOT_FOUND'],
    }),
    ({ params }) => engine.explainTask(params.taskId),
  )
}
