import {
  Accepted,
  AdoptRequest,
  CompleteTaskRequest,
  FailTaskRequest,
  HeartbeatTaskRequest,
  type Scope,
} from '@opscore/contract'
import { parseAttemptId } from '@opscore/engine'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { REPORT_LIMIT } from '../agent/state.ts'
import type { ApiContext } from '../api-context.ts'
import { operation } from '../openapi/operation.ts'
import { attemptMeant } from './attempt-meant.ts'
import { TaskParams } from './task.ts'

/** The fields of all the bodies: an action reads those that its own schema has checked. */
type Said = CompleteTaskRequest & FailTaskRequest & HeartbeatTaskRequest & AdoptRequest

interface Action {
  name: string
  id: string
  summary: string
  description?: string
  body: object
  /** What an attempt that is named is spoken for with; without its name it takes an operator. */
  scope: Scope
  act(said: { taskId: string; attemptId: string | null; body: Said }): Promise<void>
}

/** What is said of a task directly, rather than by its agent's state. The task may be named by one of its attempts. */
export function addTaskActionRoutes(app: FastifyInstance, context: ApiContext): void {
  const { engine } = context
  addAction(app, context, {
    name: 'complete',
    id: 'completeTask',
    summary: 'Complete a task',
    description:
      'Without `attemptId` a person completes the task, between attempts too; 409 where it has ended, and the result is kept as a late one. The outcome of an attempt that is over already is kept as a late result.',
    body: CompleteTaskRequest,
    scope: 'agents',
    act: ({ taskId, attemptId, body: { result = null } }) => engine.concludeTask(taskId, { attemptId, result }),
  })
  addAction(app, context, {
    name: 'fail',
    id: 'failTask',
    summary: 'Fail a task, or an attempt at it',
    description:
      'With `attemptId` it is that attempt, and another one follows where the definition says so. Without it a person fails the task, between attempts too and finally; 409 where it has ended.',
    body: FailTaskRequest,
    scope: 'agents',
    act: ({ taskId, attemptId, body: { code = 'AGENT_ERROR', message = 'The task was failed directly' } }) =>
      engine.concludeTask(taskId, { attemptId, error: { code, message } }),
  })
  addAction(app, context, {
    name: 'heartbeat',
    id: 'heartbeatTask',
    summary: 'Say that a task is being worked on, and how far it is',
    description: 'The latest progress is kept with the task and streamed. 409 for an attempt that is over: stop.',
    body: HeartbeatTaskRequest,
    scope: 'agents',
    act: ({ taskId, attemptId, body: { progress = null } }) => engine.heartbeatTask(taskId, { attemptId, progress }),
  })
  addAction(app, context, {
    name: 'adopt',
    id: 'adoptResult',
    summary: 'Take a late result as the result of its task',
    description: 'Without `attemptId` the newest one. A session that failed for want of it goes on.',
    body: AdoptRequest,
    scope: 'operate',
    act: ({ taskId, attemptId }) => engine.adoptResult(taskId, attemptId),
  })
}

function addAction(
  app: FastifyInstance,
  { engine, guard }: ApiContext,
  { name, scope, act, ...described }: Action,
): void {
  const accepted: Accepted = { status: 'success', message: `Task ${name} accepted` }

  async function admit(request: FastifyRequest, taskId: string, attemptId: string | null): Promise<void> {
    const meant = await attemptMeant(engine, taskId, attemptId)
    const agentId = meant?.agentId ?? undefined
    if (request.principal) guard.checkScope(request.principal, attemptId === null ? 'operate' : scope, agentId)
    const underWay = meant && meant.agentId !== null && meant.endedAt === null ? meant.attemptId : null
    guard.checkReportRate(agentId ?? taskId, underWay, request.arrivedAt)
  }

  app.post<{ Params: TaskParams; Body: Said }>(
    `/v1/opscore/task/:taskId/${name}`,
    {
      bodyLimit: REPORT_LIMIT,
      config: { emptyBody: true, exact: { result: 'any' } },
      onRequest: guard.requireOneOf(['operate', scope]),
      schema: operation({
        ...described,
        tag: 'session',
        rule: { scope, demand: 'attempt-report' },
        params: TaskParams,
        answers: { 202: Accepted },
        errors: ['TASK_NOT_FOUND', 'STATE_CONFLICT', 'STORE_UNAVAILABLE', 'STORE_FULL'],
      }),
    },
    async (request, reply) => {
      const { taskId, attemptId } = subjectOf(request.params.taskId, request.body.attemptId)
      await admit(request, taskId, attemptId)
      await act({ taskId, attemptId, body: request.body })
      return reply.code(202).send(accepted)
    },
  )
}

/** Agents know their attempt alone, by `opscore_task_id`: in the path it names the task as well. */
function subjectOf(id: string, attemptId: string | undefined): { taskId: string; attemptId: string | null } {
  const named = parseAttemptId(id)
  return { taskId: named?.taskId ?? id, attemptId: attemptId ?? (named ? id : null) }
}
