/** What must hold at the end of every story. Returns a sentence for each breach. */
import { attemptIdOf, type TaskState } from '../../src/core/session/state.ts'
import { logBreaches, lostReports, readEvidence } from './log-invariants.ts'
import { planOf } from './sim-agent.ts'
import type { Story } from './simulate.ts'

export async function breaches({ seed, store, agents, triggered, reports }: Story): Promise<string[]> {
  const evidence = await readEvidence(store, { agentIds: [...agents.keys()], sessionIds: triggered })
  const { items: heads } = await store.listSessions({}, { limit: 1_000_000 })
  const sessions = await Promise.all(heads.map(({ sessionId }) => store.loadSession(sessionId)))
  const tasks = sessions.flatMap((session) => session?.state.tasks ?? [])
  return [
    ...(await logBreaches(evidence)),
    ...tasks.flatMap((task) => (task ? unscripted(seed, task) : [])),
    ...lostReports(reports, evidence.events),
  ]
}

/** Outcomes that no agent's script had. */
function unscripted(seed: number, task: TaskState): string[] {
  const found: string[] = []
  for (const { attempt, status } of task.attempts) {
    const plan = planOf(seed, attemptIdOf(task.taskId, attempt))
    if (status === 'completed' && plan !== 'completes' && plan !== 'is late') {
      found.push(`${task.taskId} attempt ${attempt} completed, though its agent ${plan}`)
    }
  }
  const last = task.attempts.at(-1)
  const result = JSON.stringify(task.result)
  if (
    task.status === 'completed' &&
    last &&
    result !== JSON.stringify({ did: attemptIdOf(task.taskId, last.attempt) })
  ) {
    found.push(`${task.taskId} has the result ${result} of another attempt`)
  }
  return found
}
