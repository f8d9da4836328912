/**
 * A task that waits for an agent with room. Waiters are indexed rows, committed with the session they belong to; the
 * line they stand in is ordered by priority, then age.
 */
export interface Waiter {
  /** Names the task, and that its session: `<sessionId>.<place>.<attempt>`. */
  attemptId: string
  sessionId: string
  taskId: string
  /** Which line: `agent:<id>` for one agent alone, `capability:<name>` for whoever has it. */
  line: string
  /** 0–9, higher first. */
  priority: number
  /** Epoch milliseconds, one more with each refusal of the attempt; older first. */
  since: number
}

export const agentLine = (agentId: string): string => `agent:${agentId}`
export const capabilityLine = (capability: string): string => `capability:${capability}`

/** What a line's name says: the one agent, or the capability, that it waits for. */
export function readLine(line: string): { agentId?: string; capability?: string } {
  const name = line.slice(line.indexOf(':') + 1)
  return line.startsWith('agent:') ? { agentId: name } : { capability: name }
}

/** The order of a line: higher priority first, then older, then by id so that it is total. */
export function compareWaiters(a: Waiter, b: Waiter): number {
  return (
    b.priority - a.priority || a.since - b.since || (a.attemptId < b.attemptId ? -1 : a.attemptId > b.attemptId ? 1 : 0)
  )
}
