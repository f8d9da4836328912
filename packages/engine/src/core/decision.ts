import type { Effect } from './effect.ts'
import type { EventDraft } from './event.ts'

/** What a command leads to: what happened, and what is to be done about it once that is committed. */
export interface Decision {
  events: EventDraft[]
  effects: Effect[]
}
