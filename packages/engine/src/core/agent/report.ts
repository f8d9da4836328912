/** What an agent's report says of a task (wire contract, "From the agent back to Ops-Core"). */
import type { Json, JsonObject, TaskAnswer, TaskFailure } from '@opscore/contract'
import { cutText } from '@opscore/contract/text'

const SAYS_NOTHING_OF_A_TASK = new Set([
  'UNKNOWN',
  'initializing',
  'offline',
  'stopping',
  'stopped',
  'paused',
  'maintenance',
])

/** The attempt that a report names, if any. */
export function namedAttempt(details: JsonObject | null | undefined): string | null {
  const named = details?.opscore_task_id
  return typeof named === 'string' && named !== '' ? named : null
}

/** `idle`, `finished` and `error` end a task that was running. */
export const endsWork = (state: string): boolean => state === 'idle' || state === 'finished' || state === 'error'

/** States that speak of work at all; an unknown one is treated as `active`. */
export const showsWork = (state: string): boolean => !SAYS_NOTHING_OF_A_TASK.has(state)

export function outcomeOf(state: string): 'running' | 'completed' | 'failed' {
  if (state === 'error') return 'failed'
  return endsWork(state) ? 'completed' : 'running'
}

export function resultOf(details: JsonObject | null): Json {
  return details?.result ?? null
}

/** The failure in an `error` report: both spellings of the code and of the message are read. */
export function failureOf(details: JsonObject | null): TaskFailure {
  const code = text(details?.errorCode) ?? text(details?.error_code)
  const message = text(details?.message) ?? text(details?.error)
  return failure(code, message)
}

/** The failure in an answer. */
export const failureIn = ({ error }: TaskAnswer): TaskFailure => failure(text(error?.code), text(error?.message))

function failure(code: string | null, message: string | null): TaskFailure {
  return { code: cutText(code ?? 'AGENT_ERROR', 256), message: cutText(message ?? 'The agent reported an error', 4096) }
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
