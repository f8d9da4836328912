/** How a task is retried and timed out: what it says itself, else the definition's `defaults`, else engine.md's. */
import { RetryPolicy, type TaskDefinition, TaskTimeouts } from '@opscore/contract'
import type { CompiledRetry, CompiledTimeouts } from './compiled-workflow.ts'
import type { Fields } from './field-reader.ts'

export interface Policies {
  retry: CompiledRetry
  timeouts: CompiledTimeouts
  /** Higher first. */
  priority: number
}

export const DEFAULT_POLICIES: Policies = {
  retry: {
    maxAttempts: 4,
    initialInterval: 1_000,
    backoffCoefficient: 2,
    maximumInterval: 100_000,
    jitter: 0.2,
    nonRetryableErrors: [],
  },
  timeouts: { scheduleToStart: 3_600_000, startToClose: 900_000, heartbeat: null, scheduleToClose: null },
  priority: 5,
}

type PolicyFields = Fields<Pick<(typeof TaskDefinition)['properties'], 'retry' | 'timeouts' | 'priority'>>

/** From a task or from `defaults`, which have the same three fields. */
export function readPolicies(fields: PolicyFields, inherited: Policies): Policies {
  return {
    retry: readRetry(fields, inherited.retry),
    timeouts: readTimeouts(fields, inherited.timeouts),
    priority: fields.read('priority') ?? inherited.priority,
  }
}

function readRetry(of: PolicyFields, inherited: CompiledRetry): CompiledRetry {
  const fields = of.object('retry', RetryPolicy)
  if (!fields) return inherited
  const attempts = fields.read('maxAttempts')
  const retries = fields.read('maxRetries')
  if (attempts !== null && retries !== null && attempts !== retries + 1) {
    fields.error('maxRetries', `contradicts "maxAttempts": ${retries} retries are ${retries + 1} attempts`)
  }
  const retry = {
    maxAttempts: attempts ?? (retries === null ? inherited.maxAttempts : retries + 1),
    initialInterval: fields.duration('initialInterval', 0) ?? inherited.initialInterval,
    backoffCoefficient: fields.read('backoffCoefficient') ?? inherited.backoffCoefficient,
    maximumInterval: fields.duration('maximumInterval', 0) ?? inherited.maximumInterval,
    jitter: fields.read('jitter') ?? inherited.jitter,
    nonRetryableErrors: fields.read('nonRetryableErrors') ?? inherited.nonRetryableErrors,
  }
  if (fields.has('initialInterval') && retry.initialInterval > retry.maximumInterval) {
    fields.warn('initialInterval', `is cut to "maximumInterval", ${retry.maximumInterval / 1_000} s`)
  }
  return retry
}

function readTimeouts(of: PolicyFields, inherited: CompiledTimeouts): CompiledTimeouts {
  const fields = of.object('timeouts', TaskTimeouts)
  if (!fields) return inherited
  return {
    scheduleToStart: fields.duration('scheduleToStart') ?? inherited.scheduleToStart,
    startToClose: fields.duration('startToClose') ?? inherited.startToClose,
    heartbeat: fields.duration('heartbeat') ?? inherited.heartbeat,
    scheduleToClose: fields.duration('scheduleToClose') ?? inherited.scheduleToClose,
  }
}
