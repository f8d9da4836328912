/** A definition as it was read: every default filled in, nothing yet known of how its tasks fit together. */
import type { CompiledTask, CompiledWorkflow } from './compiled-workflow.ts'

/** Where one task names another. The paths are pointers: of the name, and of the condition where there can be one. */
export interface Lead {
  to: string
  path: string
  whenPath: string | null
}

export interface DraftTask {
  path: string
  /** `incoming` is still empty. */
  task: CompiledTask
  /** Its edges in order, then where its failure and its time-out lead. */
  leads: readonly Lead[]
  hasJoin: boolean
}

export interface Draft {
  workflow: Omit<CompiledWorkflow, 'tasks' | 'byId'>
  tasks: readonly DraftTask[]
}
