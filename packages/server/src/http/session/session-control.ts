import { Accepted, ControlRequest } from '@opscore/contract'
import type { SessionCommands } from '@opscore/engine'
import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { SessionParams } from './session.ts'

type Control = Parameters<SessionCommands['controlSession']>[1]

interface Action {
  id: string
  summary: string
  description: string
  control: (reason: string | undefined) => Control
}

const ACTIONS: Record<Control['type'], Action> = {
  cancel: {
    id: 'cancelSession',
    summary: 'Cancel a session',
    description:
      'Nothing new is dispatched. Agents that declare `metadata.config.acceptsCancel` are told; the place of any other is kept until it reports or its attempt times out.',
    control: (reason = 'Cancelled by an operator') => ({ type: 'cancel', reason }),
  },
  pause: {
    id: 'pauseSession',
    summary: 'Pause a session',
    description: 'Running tasks end; nothing new starts.',
    control: (reason = 'Paused by an operator') => ({ type: 'pause', reason }),
  },
  resume: {
    id: 'resumeSession',
    summary: 'Resume a paused session',
    description: 'One that is not paused goes on as it does.',
    control: () => ({ type: 'resume' }),
  },
  retry: {
    id: 'retrySession',
    summary: 'Go on from the tasks that failed',
    description: 'Opens a new epoch of a failed session. Completed tasks are kept.',
    control: () => ({ type: 'retry' }),
  },
}

/** What a person does to a session. Each action may be asked for again; the body may be absent. */
export function addSessionControlRoutes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  for (const [action, { id, summary, description, control }] of Object.entries(ACTIONS)) {
    const accepted: Accepted = { status: 'success', message: `Session ${action} accepted` }
    app.post<{ Params: SessionParams; Body: ControlRequest }>(
      `/v1/opscore/session/:sessionId/${action}`,
      {
        config: { emptyBody: true },
        ...guarded(guard, {
          id,
          tag: 'session',
          summary,
          description,
          rule: { scope: 'operate', demand: 'management' },
          params: SessionParams,
          body: ControlRequest,
          answers: { 202: Accepted },
          errors: ['SESSION_NOT_FOUND', 'STATE_CONFLICT', 'STORE_UNAVAILABLE', 'STORE_FULL'],
        }),
      },
      async ({ params: { sessionId }, body: { reason } }, reply) => {
        await engine.controlSession(sessionId, control(reason))
        return reply.code(202).send(accepted)
      },
    )
  }
}
