import { Accepted, ControlRequest } from '@opscore/contract'
import type { EngineCommands } from '@opscore/engine'
import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { AgentParams } from './agent.ts'

type Control = Parameters<EngineCommands['controlAgent']>[1]

interface Action {
  id: string
  summary: string
  description: string
  control: (reason: string | undefined) => Control
}

const ACTIONS: Record<'pause' | 'resume' | 'drain', Action> = {
  pause: {
    id: 'pauseAgent',
    summary: 'Give an agent no new task',
    description:
      'Whatever it reports, until it is resumed. What it has goes on. Waiting tasks go to another agent, where one has the capability.',
    control: (reason = 'Paused by an operator') => ({ type: 'hold', kind: 'pause', reason }),
  },
  drain: {
    id: 'drainAgent',
    summary: 'Give an agent no new task, and say when its last one has ended',
    description: 'As a pause; `agent.drained`, and `hold.drainedAt` of the agent, say that it has no task any more.',
    control: (reason = 'Drained by an operator') => ({ type: 'hold', kind: 'drain', reason }),
  },
  resume: {
    id: 'resumeAgent',
    summary: 'Give an agent tasks again',
    description: 'Ends a pause or a drain. One that nobody holds goes on as it does.',
    control: () => ({ type: 'unhold' }),
  },
}

/** What a person does to an agent. Each action may be asked for again; the body may be absent. */
export function addAgentControlRoutes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  for (const [action, { id, summary, description, control }] of Object.entries(ACTIONS)) {
    const accepted: Accepted = { status: 'success', message: `Agent ${action} accepted` }
    app.post<{ Params: AgentParams; Body: ControlRequest }>(
      `/v1/opscore/agent/:agentId/${action}`,
      {
        config: { emptyBody: true },
        ...guarded(guard, {
          id,
          tag: 'agent',
          summary,
          description,
          rule: { scope: 'operate', demand: 'management' },
          params: AgentParams,
          body: ControlRequest,
          answers: { 202: Accepted },
          errors: ['AGENT_NOT_FOUND', 'STORE_UNAVAILABLE', 'STORE_FULL'],
        }),
      },
      async ({ params: { agentId }, body: { reason } }, reply) => {
        await engine.controlAgent(agentId, control(reason))
        return reply.code(202).send(accepted)
      },
    )
  }
}
