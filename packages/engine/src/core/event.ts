import type { EventType } from '@opscore/contract'

/** An event as an aggregate decides it: no id yet, its time in epoch milliseconds. The log gives it its position. */
export interface EventDraft {
  type: EventType
  time: number
  agentId?: string
  sessionId?: string
  taskId?: string
  taskDefinitionId?: string
  attempt?: number
  /** JSON; its shape is the event type's. */
  data: object
}

/** A committed event: `position` is gap-free and rising within its partition. */
export interface CommittedEvent extends EventDraft {
  partition: number
  position: number
}
