/** Finds tasks that wait although an agent could take them now: somebody missed the event that should have moved them. */
import { availabilityOf } from '../../src/core/agent/availability.ts'
import { areForFirstAttempts } from '../../src/core/routing.ts'
import { parseAttemptId, parseTaskId } from '../../src/core/session/state.ts'
import { readLine, type Waiter } from '../../src/core/waiting-line/waiter.ts'
import type { Store } from '../../src/ports/store.ts'
import type { WorkflowBook } from './workflow-book.ts'

/**
 * `ready`: only those whose agent is ready at this moment; `any`: also those in a line that is not theirs any more. An agent
 * is named with its version, so that one that is still ready can be told from one that is ready again.
 */
export async function stuckWaiters(store: Store, workflowOf: WorkflowBook, kind: 'ready' | 'any'): Promise<string[]> {
  const lines = (await store.openLines({ limit: 10_000 })).items
  const waiters = await store.waiters(lines, 10_000)
  const stuck = await Promise.all(waiters.map((waiter) => whyStuck(store, workflowOf, waiter, kind)))
  return stuck.flatMap((reason, index) =>
    reason ? [`${waiters[index]?.attemptId} waits in ${waiters[index]?.line}, ${reason}`] : [],
  )
}

async function whyStuck(
  store: Store,
  workflowOf: WorkflowBook,
  { attemptId, line, sessionId, taskId }: Waiter,
  kind: 'ready' | 'any',
): Promise<string | null> {
  const session = (await store.loadSession(sessionId))?.state
  const workflow = session && (await workflowOf(session.head.definitionHash))
  const task = workflow?.tasks[parseTaskId(taskId)?.index ?? -1]
  if (!session || !task) return 'which nobody can read'
  const able = task.capability === null ? [] : await store.candidates(task.capability, 100)
  const { agentId } = readLine(line)
  if (agentId === undefined) {
    const ready = able.filter((entry) => entry.ready)
    const waitsOn = isRetry(attemptId) && areForFirstAttempts(ready, able)
    if (ready.length > 0 && !waitsOn) {
      const versions = await Promise.all(ready.map(async (entry) => (await store.loadAgent(entry.agentId))?.version))
      return `and an agent is ready (${ready.map((entry, n) => `${entry.agentId}@${versions[n]}`)})`
    }
    if (kind === 'ready') return null
    const own = await registered(store, session.head.agentId)
    return able.length === 0 && own && workflow?.routing !== 'strict' ? 'which no agent serves' : null
  }
  const agent = await registered(store, agentId)
  const isBehind = agent?.state.live.demoted && task.agentId === null && able.length > 0
  if (kind === 'any' && isBehind) return 'whose agent ranks behind others'
  if (agent) return availabilityOf(agent.state) === 'READY' ? `and its agent is ready (@${agent.version})` : null
  return kind === 'any' && task.agentId === null && able.length > 0
    ? 'whose agent is gone, and another one could'
    : null
}

const isRetry = (attemptId: string): boolean => parseAttemptId(attemptId)?.attempt !== 1

async function registered(store: Store, agentId: string) {
  const agent = await store.loadAgent(agentId)
  return agent && agent.state.live.deregisteredAt === null ? agent : null
}
