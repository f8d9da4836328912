import type { JsonObject } from '@opscore/contract'
import type { Answer } from '../message-server.ts'
import type { Report } from '../report-queue.ts'

/** What a task's message is answered with by an agent that answers with the result. */
export function taskAnswer(taskId: string, { state, details }: Report): Answer {
  const about = { opscore_task_id: taskId }
  if (state !== 'error' && (details?.cancelled !== true || details.result !== undefined)) {
    return { status: 200, body: { ...about, status: 'completed', result: details?.result ?? null } }
  }
  return { status: 200, body: { ...about, status: 'failed', error: errorOf(details) } }
}

function errorOf(details: JsonObject | null): JsonObject {
  if (details?.errorCode === undefined) return { code: 'CANCELLED', message: 'Ops-Core cancelled the task.' }
  return { code: details.errorCode, message: details.message ?? null }
}
