/** The outcome in an agent's answer to a task, where it answers with its result (wire-contract.md, "An agent that answers with its result"). */
import type { Json, TaskAnswer } from '@opscore/contract'
import { parseJsonBody } from '../server/body/json-body.ts'
import type { OutboundAnswer } from './answer-collector.ts'

/** Bytes that are read of such an answer: a result of 256 KiB must fit with its envelope. */
export const TASK_ANSWER_LIMIT = 320 * 1024

/** Requests at once to one origin, and in all, that may be answered with a result: each holds a slot of its agent for as long. */
export const TASK_ANSWERS_AT_ONCE = { perOrigin: 1024, total: 4096 }

/** `undefined` where the answer is no outcome of this attempt: the message was taken, and reports will come. */
export function readTaskAnswer(
  { status, body, truncated }: Pick<OutboundAnswer, 'status' | 'body' | 'truncated'>,
  taskId: string,
): TaskAnswer | undefined {
  if (status !== 200) return undefined
  if (truncated) return answerTooLarge(taskId)
  const said = parse(body)
  if (!isObject(said) || said.opscore_task_id !== taskId) return undefined
  if (said.status === 'completed') return { opscore_task_id: taskId, status: 'completed', result: said.result ?? null }
  if (said.status === 'failed') return { opscore_task_id: taskId, status: 'failed', error: readError(said.error) }
  return undefined
}

/** Said in place of an answer that is too large to be taken in. */
export function answerTooLarge(taskId: string): TaskAnswer {
  const message = `The answer has more than ${TASK_ANSWER_LIMIT} bytes`
  return { opscore_task_id: taskId, status: 'failed', error: { code: 'RESULT_TOO_LARGE', message } }
}

function readError(error: Json | undefined): NonNullable<TaskAnswer['error']> {
  if (typeof error === 'string') return { message: error }
  if (!isObject(error)) return {}
  const { code, message } = error
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  }
}

function parse(body: Buffer): unknown {
  try {
    return parseJsonBody(body, { result: 'any' })
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
