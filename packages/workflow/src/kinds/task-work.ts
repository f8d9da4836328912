/** What a task is that no agent does, ready to run. Durations are milliseconds. */
import type { Approvers, Json, JsonObject } from '@opscore/contract'

/** A value made from values. */
export interface ExpressionWork {
  kind: 'expression'
  /** May hold templates. */
  value: Json
}

/** Waits for so long, until a time, or for the first of these signals; exactly one of the three. */
export interface WaitWork {
  kind: 'wait'
  for: number | null
  /** An instant with its zone, or a template that gives one. */
  until: string | null
  signals: readonly string[]
  /** It named several, so that its result says which of them came. */
  anyOf: boolean
  timeout: number | null
  onTimeout: string | null
}

/** Asks people about the task's `parameters`. */
export interface ApprovalWork {
  kind: 'approval'
  /** May hold templates. */
  title: string
  /** What edited content must fit. */
  form: JsonObject | null
  approvers: Approvers
  timeout: number | null
  onTimeout: string | null
  onExpiry: 'fail' | 'approve' | 'reject' | 'escalate'
  escalateTo: Approvers | null
  onReject: 'continue' | 'fail'
}

export type TaskWork = ExpressionWork | WaitWork | ApprovalWork

/** Where its time-out leads; `null` where that is a failure like any other. */
export const timeoutEdgeOf = (work: TaskWork | undefined): string | null =>
  work === undefined || work.kind === 'expression' ? null : work.onTimeout
