/** What must hold after a run. Each function returns a sentence for each breach. */
import { isDeepStrictEqual } from 'node:util'
import type { AgentView, SessionSummary, SessionView } from '@opscore/contract'
import { logBreaches, lostReports, readEvidence } from '../../../engine/test/sim/log-invariants.ts'
import type { CrashRun } from './crash-run.ts'
import { actOf } from './scripted-work.ts'

/** Over HTTP, while Ops-Core still runs. */
export async function wireBreaches(run: CrashRun): Promise<string[]> {
  const { api, fleet, triggered, registered, stream } = run
  const views = await Promise.all(
    triggered.map(({ sessionId }) => api.get<SessionView>(`/v1/opscore/session/${sessionId}`)),
  )
  const listed = await api.all<SessionSummary>('/v1/opscore/session')
  const agents = await Promise.all(
    fleet.agents.map(({ agentId }) => api.get<AgentView>(`/v1/opscore/agent/${agentId}`)),
  )
  const known = new Set((await api.all<AgentView>('/v1/opscore/agent')).map(({ agentId }) => agentId))
  return [
    ...(listed.length === triggered.length ? [] : [`${listed.length} sessions of ${triggered.length} triggers`]),
    ...views.flatMap((view, index) => unscripted(run, view, index)),
    ...agents.flatMap(({ agentId, places }) => places.map((place) => `${agentId} holds ${JSON.stringify(place)}`)),
    ...fleet.agents.flatMap(({ name, most, room }) => (most > room ? [`${name} was at work on ${most} at once`] : [])),
    ...registered.flatMap((agentId) => (known.has(agentId) ? [] : [`the acknowledged agent ${agentId} is not there`])),
    ...fleet.refused.map((report) => `a report was refused: ${report}`),
    ...run.strange,
    ...stream.skips(),
  ]
}

/** The session's end is what the script of its agents implies, and so is every attempt's. */
function unscripted({ triggered, options }: CrashRun, view: SessionView, index: number): string[] {
  const session = triggered[index]
  if (!session) return []
  const { expected, key } = session
  const { status, result } = view
  const tasks = Object.fromEntries(view.tasks.map((task) => [task.taskDefinitionId, task.status]))
  const found: string[] = []
  if (!isDeepStrictEqual({ status, result, tasks }, expected)) {
    found.push(`session ${key} is ${JSON.stringify({ status, result, tasks })}, not ${JSON.stringify(expected)}`)
  }
  for (const { taskDefinitionId, attempts } of view.tasks) {
    for (const { attempt, agentId, status: ended, error } of attempts) {
      // What no agent does is in no script.
      if (agentId === null && ended === 'completed') continue
      const act = actOf(options.seed, key, taskDefinitionId, attempt)
      const wrong =
        (ended === 'completed' && act !== 'completes' && act !== 'is late') ||
        (ended === 'failed' && error?.code === 'SCRIPTED' && act !== 'fails') ||
        (ended === 'failed' && error?.code === 'FATAL' && act !== 'fails for good') ||
        (options.through !== 'agentkit' && ended === 'failed' && error?.code !== 'SCRIPTED' && error?.code !== 'FATAL')
      if (wrong)
        found.push(`${key}/${taskDefinitionId} attempt ${attempt} is ${ended} (${error?.code}), its agent ${act}`)
    }
  }
  return found
}

/** In the data that a run leaves behind, once Ops-Core has been stopped. */
export async function storedBreaches({ topology, fleet, triggered, registered }: CrashRun): Promise<string[]> {
  const store = await topology.openStore()
  try {
    const agentIds = [...fleet.agents.map(({ agentId }) => agentId), ...registered]
    const evidence = await readEvidence(store, { agentIds, sessionIds: triggered.map(({ sessionId }) => sessionId) })
    return [...(await logBreaches(evidence)), ...lostReports(fleet.acknowledged, evidence.events)]
  } finally {
    await store.close()
  }
}
