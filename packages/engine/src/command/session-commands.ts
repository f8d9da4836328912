/** What a person does to sessions, and what is said directly of tasks. */
import type { Progress } from '@opscore/contract'
import type { Sessions } from '../aggregate/agents-and-sessions.ts'
import { DomainError } from '../core/domain-error.ts'
import type { SessionCommand } from '../core/session/decide.ts'
import { fittingPayload } from '../core/session/fitting-value.ts'
import { attemptIdOf, parseAttemptId, parseTaskId, type TaskState } from '../core/session/state.ts'
import type { SessionCommands } from '../engine.ts'
import type { Broadcast } from '../ports/broadcast.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'

export function createSessionCommands(parts: {
  sessions: Sessions
  clock: Clock
  ids: Ids
  broadcast: Broadcast
}): SessionCommands {
  const { sessions, clock, ids, broadcast } = parts

  /** The task, and the attempt that is meant: the one named, which must be the task's own, or the current one. */
  async function find(
    taskId: string,
    attemptId: string | null,
  ): Promise<{ sessionId: string; task: TaskState; attemptId: string }> {
    const named = parseTaskId(taskId)
    const running = named && (await sessions.read(named.sessionId))
    const task = running?.session.tasks[named?.index ?? -1]
    if (!named || !task) throw new DomainError('TASK_NOT_FOUND', `Task not found: ${taskId}`)
    const attempts = task.attempts.map((attempt) => attemptIdOf(taskId, attempt.attempt))
    const meant = attemptId === null ? attempts.at(-1) : attempts.find((one) => one === attemptId)
    if (meant === undefined) throw new DomainError('STATE_CONFLICT', `The task has no attempt ${attemptId ?? 'yet'}`)
    return { sessionId: named.sessionId, task, attemptId: meant }
  }

  const order = async (sessionId: string, command: SessionCommand): Promise<void> => {
    await sessions.execute(sessionId, command)
  }

  /** Told once its latest value is durable, so that nobody reads less than was streamed. */
  function progressed(sessionId: string, task: TaskState, attemptId: string, progress: Progress): void {
    const attempt = parseAttemptId(attemptId)?.attempt
    const agentId = task.attempts.find((one) => one.attempt === attempt)?.agentId
    broadcast.publish({
      id: ids.uuid(),
      type: 'task.progressed',
      time: new Date(clock.now()).toISOString(),
      ...(agentId ? { agentId } : {}),
      sessionId,
      taskId: task.taskId,
      taskDefinitionId: task.taskDefinitionId,
      ...(attempt === undefined ? {} : { attempt }),
      data: { ...progress },
    })
  }

  return {
    controlSession: (sessionId, action) => order(sessionId, action),
    async concludeTask(taskId, said) {
      const { sessionId, attemptId } = await find(taskId, said.attemptId)
      const outcome = 'error' in said ? 'failed' : 'completed'
      const result = 'error' in said ? null : said.result
      const error = 'error' in said ? said.error : null
      const by = said.attemptId === null ? 'person' : 'agent'
      try {
        await order(sessionId, { type: 'conclude', attemptId, by, outcome, result, error })
      } catch (refusal) {
        const isOver = refusal instanceof DomainError && refusal.code === 'STATE_CONFLICT'
        if (isOver && !('error' in said)) await order(sessionId, { type: 'keep-result', attemptId, result })
        throw refusal
      }
    },
    async heartbeatTask(taskId, { attemptId: named, progress }) {
      const { sessionId, task, attemptId } = await find(taskId, named)
      await order(sessionId, { type: 'heartbeat', attemptId, progress })
      if (progress) progressed(sessionId, task, attemptId, progress)
    },
    async signalSession(sessionId, { id = ids.uuid(), name, payload }) {
      const running = await sessions.read(sessionId)
      if (!running) throw new DomainError('SESSION_NOT_FOUND', `Session not found: ${sessionId}`)
      await order(sessionId, { type: 'signal', id, name, payload: fittingPayload(running.workflow, name, payload) })
      return { signalId: id }
    },
    async adoptResult(taskId, attemptId) {
      const { sessionId, task } = await find(taskId, attemptId)
      await order(sessionId, { type: 'adopt', taskDefinitionId: task.taskDefinitionId, attemptId })
    },
  }
}
