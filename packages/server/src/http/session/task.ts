import { TaskView } from '@opscore/contract'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'

export const TaskParams = Type.Object({ taskId: Type.String({ minLength: 1, maxLength: 256 }) })
export type TaskParams = Static<typeof TaskParams>

/** Tasks by their own ids. */
export function addTaskRoutes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get<{ Params: TaskParams }>(
    '/v1/opscore/task/:taskId',
    guarded(guard, {
      id: 'getTask',
      tag: 'session',
      summary: 'Read a task with its attempts',
      rule: { scope: 'read', demand: 'lookup' },
      params: TaskParams,
      answers: { 200: TaskView },
      errors: ['TASK_NOT_FOUND'],
    }),
    ({ params }) => engine.task(params.taskId),
  )
}
