/** Finds tasks that wait although an agent could take them now: somebody missed the event that should have moved them. */
import { availabilityOf } from '../../src/core/agent/availability.ts'
import { parseTaskId } from '../../src/core/session/state.ts'
import { readLine, type Waiter } from '../../src/core/waiting-line/waiter.ts'
import { checkDefinition } from '../../src/core/workflow/check-definition.ts'
import type { Store } from '../../src/ports/store.ts'

/** `ready`: only those whose agent is ready at this moment; `any`: also those in a line that is not theirs any more. */
export async function stuckWaiters(store: Store, kind: 'ready' | 'any'): Promise<string[]> {
  const lines = (await store.openLines({ limit: 10_000 })).items
  const waiters = await store.waiters(lines, 10_000)
  const stuck = await Promise.all(waiters.map((waiter) => whyStuck(store, waiter, kind)))
  return stuck.flatMap((reason, index) =>
    reason ? [`${waiters[index]?.attemptId} waits in ${waiters[index]?.line}, ${reason}`] : [],
  )
}

async function whyStuck(
  store: Store,
  { line, sessionId, taskId }: Waiter,
  kind: 'ready' | 'any',
): Promise<string | null> {
  const session = (await store.loadSession(sessionId))?.state
  const definition = session && (await store.getDefinition(session.head.definitionHash))
  const task = checkDefinition(definition).compiled?.tasks[parseTaskId(taskId)?.index ?? -1]
  if (!session || !task) return 'which nobody can read'
  const able = task.capability === null ? [] : await store.candidates(task.capability, 100)
  const { agentId } = readLine(line)
  if (agentId === undefined) {
    if (able.some(({ ready }) => ready)) return 'and an agent is ready'
    if (kind === 'ready') return null
    const own = await registered(store, session.head.agentId)
    return able.length === 0 && own && definition?.routing !== 'strict' ? 'which no agent serves' : null
  }
  const agent = await registered(store, agentId)
  if (agent) return availabilityOf(agent) === 'READY' ? 'and its agent is ready' : null
  return kind === 'any' && task.agentId === null && able.length > 0
    ? 'whose agent is gone, and another one could'
    : null
}

async function registered(store: Store, agentId: string) {
  const agent = (await store.loadAgent(agentId))?.state
  return agent && agent.live.deregisteredAt === null ? agent : null
}
