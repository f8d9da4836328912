/** A definition made ready to run: defaults filled in, durations in milliseconds, edges in both directions. */
import type { Json, JsonObject } from '@opscore/contract'
import type { TaskWork } from '../kinds/task-work.ts'

export interface CompiledEdge {
  to: string
  /** A CEL condition; `null` is always taken. */
  when: string | null
}

export interface CompiledRetry {
  maxAttempts: number
  initialInterval: number
  backoffCoefficient: number
  maximumInterval: number
  jitter: number
  nonRetryableErrors: readonly string[]
}

export interface CompiledTimeouts {
  scheduleToStart: number
  startToClose: number
  heartbeat: number | null
  scheduleToClose: number | null
}

export interface CompiledTask {
  /** Its place in the definition, from 0. */
  index: number
  taskId: string
  name: string
  capability: string | null
  agentId: string | null
  /** May hold templates; must evaluate to an object. */
  parameters: Json
  /** `every`: all whose `when` holds are taken (`next`, `nextTaskId`); `first`: the first that holds (`choose`). */
  mode: 'every' | 'first'
  edges: readonly CompiledEdge[]
  fallbackTaskId: string | null
  /** The tasks with an edge or a fallback to this one, each once. */
  incoming: readonly string[]
  /** `atLeast` so many of its edges are taken. */
  join: 'all' | 'any' | { atLeast: number }
  retry: CompiledRetry
  timeouts: CompiledTimeouts
  onFailure: 'fail' | 'continue'
  priority: number
  /** What it is where no agent does it. */
  work?: TaskWork
}

export interface CompiledWorkflow {
  id: string
  name: string
  version: string | null
  timeout: number
  routing: 'preferred' | 'strict'
  /** Absent where the default holds: the last result, or an object by task id where several end. */
  output: Json | undefined
  /** JSON Schemas: of the trigger's payload, of the result, and of each signal that is declared. */
  input?: JsonObject
  outputSchema?: JsonObject
  /** It has approvals. */
  asksPeople?: true
  signals?: Readonly<Record<string, { payload?: JsonObject }>>
  tasks: readonly CompiledTask[]
  byId: ReadonlyMap<string, CompiledTask>
}
