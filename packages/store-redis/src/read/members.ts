/** Members of sorted sets that are ordered by text: what orders them comes first, what they stand for last. */
import type { AggregateRef, RoutingEntry, Waiter } from '@opscore/engine/store'
import { fromSortable, SORTABLE_LENGTH, toSortable } from '../rows/sortable-number.ts'

/** Ready ones first, then by load, then least recently used. */
export function candidateMember({ ready, load, lastUsedAt, agentId }: RoutingEntry): string {
  return (ready ? '0' : '1') + toSortable(load) + toSortable(lastUsedAt) + agentId
}

export function readCandidate(member: string): Omit<RoutingEntry, 'capabilities'> {
  return {
    agentId: member.slice(1 + 2 * SORTABLE_LENGTH),
    ready: member.startsWith('0'),
    load: fromSortable(member.slice(1)),
    lastUsedAt: fromSortable(member.slice(1 + SORTABLE_LENGTH)),
  }
}

/** Higher priority first, then older, then by attempt. No id holds a NUL. */
export function waiterMember({ priority, since, attemptId, sessionId, taskId }: Waiter): string {
  return toSortable(-priority) + toSortable(since) + [attemptId, sessionId, taskId].join('\0')
}

export function readWaiter(member: string, line: string): Waiter {
  const [attemptId = '', sessionId = '', taskId = ''] = member.slice(2 * SORTABLE_LENGTH).split('\0')
  const priority = fromSortable(member)
  return {
    attemptId,
    sessionId,
    taskId,
    line,
    // The negative of 0 would be -0.
    priority: priority === 0 ? 0 : -priority,
    since: fromSortable(member.slice(SORTABLE_LENGTH)),
  }
}

/** `<time><kind>:<id>`, as commit.lua puts it together. */
export function readWake(member: string): AggregateRef & { at: number } {
  const name = member.slice(SORTABLE_LENGTH)
  const kind = name.startsWith('agent:') ? 'agent' : 'session'
  return { kind, id: name.slice(kind.length + 1), at: fromSortable(member) }
}

/** `<start><id>` */
export const sessionIdIn = (member: string): string => member.slice(SORTABLE_LENGTH)

/** How many characters of an effect's place come before its id (commit.lua, `writeEffects`): time and number. */
export const EFFECT_PLACE = SORTABLE_LENGTH + 14
