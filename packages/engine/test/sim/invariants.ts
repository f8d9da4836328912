/** What must hold at the end of every story. Returns a sentence for each breach. */
import { attemptIdOf, type SessionState, type TaskState } from '../../src/core/session/state.ts'
import { kindBreaches } from './kind-breaches.ts'
import type { Evidence } from './log-invariants.ts'
import { logBreaches, lostReports, readEvidence, sessionLogs } from './log-invariants.ts'
import { placeBreaches } from './place-history.ts'
import { historyBreaches } from './session-history.ts'
import { planOf } from './sim-agent.ts'
import { keyBreaches, saidOf } from './sim-client.ts'
import type { Story } from './simulate.ts'
import type { WorkflowBook } from './workflow-book.ts'

export async function breaches(story: Story): Promise<string[]> {
  const { seed, store, agents, client, reports } = story
  const evidence = await readEvidence(store, { agentIds: [...agents.keys()], sessionIds: client.triggered })
  const { items: heads } = await store.listSessions({}, { limit: 1_000_000 })
  const sessions = await Promise.all(heads.map(({ sessionId }) => store.loadSession(sessionId)))
  const tasks = (await Promise.all(sessions.map((session) => ofAgents(session?.state, story.workflowOf)))).flat()
  return [
    ...story.found,
    ...client.missed,
    ...(await histories(evidence, story.workflowOf)),
    ...placeBreaches(evidence.events),
    ...(await keyBreaches(client, store)),
    ...(await story.streamed()),
    ...tasks.flatMap((task) => unscripted(seed, task, client.concluded)),
    ...(await kindBreaches(client, evidence.events, store, story.clock.now())),
    ...lostReports(reports, evidence.events).map((lost) => `1: ${lost}`),
    ...(await logBreaches(evidence)),
  ]
}

/** The tasks that agents do. */
async function ofAgents(state: SessionState | undefined, workflowOf: WorkflowBook): Promise<TaskState[]> {
  const workflow = state && (await workflowOf(state.head.definitionHash))
  return (state?.tasks ?? []).flatMap((task, index) => (task && !workflow?.tasks[index]?.work ? [task] : []))
}

async function histories({ store, events }: Evidence, workflowOf: WorkflowBook): Promise<string[]> {
  const found: string[] = []
  for (const [sessionId, log] of sessionLogs(events)) {
    const head = (await store.loadSession(sessionId))?.state.head
    const workflow = head && (await workflowOf(head.definitionHash))
    if (!workflow) found.push(`5: the definition of session ${sessionId} is not there`)
    else found.push(...historyBreaches(log, workflow))
  }
  return found
}

/** Outcomes that no agent's script had, and nobody said directly. */
function unscripted(seed: number, task: TaskState, concluded: ReadonlySet<string>): string[] {
  const found: string[] = []
  for (const { attempt, status } of task.attempts) {
    const attemptId = attemptIdOf(task.taskId, attempt)
    const plan = planOf(seed, attemptId)
    if (status === 'completed' && plan !== 'completes' && plan !== 'is late' && !concluded.has(task.taskId)) {
      found.push(`3: ${attemptId} completed, though its agent ${plan}`)
    }
  }
  if (task.status !== 'completed') return found
  const own = JSON.stringify(task.result)
  const last = task.attempts.at(-1)
  const said = concluded.has(task.taskId) ? [JSON.stringify(saidOf(task.taskId))] : []
  const meant =
    last?.status === 'completed'
      ? [JSON.stringify({ did: attemptIdOf(task.taskId, last.attempt) }), ...said]
      : [...task.lateResults.map(({ result }) => JSON.stringify(result)), ...said]
  if (!meant.includes(own)) found.push(`4: ${task.taskId} has the result ${own} of another attempt`)
  return found
}
