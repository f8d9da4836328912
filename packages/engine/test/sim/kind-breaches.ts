import type { CommittedEvent } from '../../src/core/event.ts'
import { attemptIdOf, taskIndexOf } from '../../src/core/session/state.ts'
import type { Store } from '../../src/ports/store.ts'
import type { ClientRecord } from './sim-client.ts'

/**
 * 18: a signal that was acknowledged is in its session's log once, and ends one wait at most. 19: a decision that was acknowledged is in the log, nobody
 * decides once an approval is over, and the inbox holds what is open, and nothing else.
 */
export async function kindBreaches(
  record: ClientRecord,
  events: readonly CommittedEvent[],
  store: Store,
  now: number,
): Promise<string[]> {
  return [...signalBreaches(record, events), ...decisionBreaches(record, events), ...(await inboxBreaches(store, now))]
}

function signalBreaches({ signalled }: ClientRecord, events: readonly CommittedEvent[]): string[] {
  const found: string[] = []
  const came = new Map<string, number>()
  const seen = new Map<string, number>()
  const count = (map: Map<string, number>, key: string) => void map.set(key, (map.get(key) ?? 0) + 1)
  for (const { type, sessionId, data } of events) {
    if (type === 'session.signalled' && 'id' in data) count(came, `${sessionId} ${data.id}`)
    if (type === 'task.completed' && 'signalId' in data) count(seen, `${sessionId} ${data.signalId}`)
  }
  for (const [sessionId, ids] of signalled) {
    for (const id of ids)
      if (!came.has(`${sessionId} ${id}`))
        found.push(`18: the signal ${id} of ${sessionId} was acknowledged and is lost`)
  }
  for (const [key, times] of came) if (times > 1) found.push(`18: the signal ${key} counted ${times} times`)
  for (const [key, times] of seen) {
    if (times > 1) found.push(`18: the signal ${key} ended ${times} waits`)
    if (!came.has(key)) found.push(`18: the signal ${key} ended a wait and never came`)
  }
  return found
}

function decisionBreaches({ decided }: ClientRecord, events: readonly CommittedEvent[]): string[] {
  const found: string[] = []
  const over = new Set<string>()
  const said = new Set<string>()
  for (const { type, taskId = '', attempt = 0, data } of events) {
    const approvalId = attemptIdOf(taskId, attempt)
    if (type === 'task.decided' && 'by' in data && 'decision' in data) {
      if (over.has(approvalId)) found.push(`19: somebody decided on ${approvalId} once it was over`)
      // The event's data holds these two (core/session/events.ts).
      said.add(`${approvalId} ${(data.by as { keyId: string }).keyId} ${data.decision}`)
    }
    if (type === 'task.completed' || type === 'task.attempt_failed' || type === 'task.cancelled') over.add(approvalId)
  }
  for (const { approvalId, keyId, decision } of decided) {
    if (!said.has(`${approvalId} ${keyId} ${decision}`))
      found.push(`19: ${keyId} has ${decision} ${approvalId}, and it is lost`)
  }
  return found
}

async function inboxBreaches(store: Store, now: number): Promise<string[]> {
  const { items } = await store.listRecords('approval', now, { limit: 100_000 })
  const found: string[] = []
  for (const { id, value } of items) {
    // Word that it is over.
    if (value === null) continue
    const sessionId = id.slice(0, id.indexOf('.'))
    const session = (await store.loadSession(sessionId))?.state
    const task = session?.tasks[taskIndexOf(id.slice(0, id.lastIndexOf('.')))]
    const isOpen =
      task?.attempts.some((one) => one.waiting && one.endedAt === null) &&
      attemptIdOf(task.taskId, task.attempts.length) === id
    if (!isOpen || session?.head.endedAt !== null) found.push(`19: ${id} is in the inbox and is over`)
  }
  return found
}
