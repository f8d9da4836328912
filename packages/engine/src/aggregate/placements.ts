/**
 * Tasks that can be given to their agent in the very step that schedules them: nobody else waits for that agent, and it is
 * ready. Whoever waits is passed over by nobody.
 */
import { availabilityOf } from '../core/agent/availability.ts'
import type { AgentCommand } from '../core/agent/decide.ts'
import type { AgentState } from '../core/agent/state.ts'
import { onlyChoice } from '../core/routing.ts'
import { attemptIdOf } from '../core/session/state.ts'
import { agentLine, capabilityLine, readLine } from '../core/waiting-line/waiter.ts'
import type { LineMarks } from '../work/line-marks.ts'
import type { Lines } from '../work/lines.ts'
import type { RunningSession, SessionOrder } from './agents-and-sessions.ts'
import type { Draft } from './aggregate-kind.ts'
import { attemptsThatCame } from './session-commit.ts'

export interface Placement {
  agentId: string
  command: Extract<AgentCommand, { type: 'take-place' }>
}

export interface Placements {
  /** Those of the session's tasks that came to wait, the most urgent first; `agentIn` knows the agents as the step leaves them. */
  of(
    draft: Draft<RunningSession, SessionOrder>,
    agentIn: (agentId: string) => AgentState | null | undefined,
  ): readonly Placement[]
}

const NONE: readonly Placement[] = []

export function createPlacements(parts: {
  lines: Pick<Lines, 'known'>
  marks: Pick<LineMarks, 'isFree'>
  known: (agentId: string) => AgentState | null | undefined
}): Placements {
  const { lines, marks, known } = parts

  return {
    of({ before, after }, agentIn) {
      if (!after) return NONE
      const { session } = after
      const came = attemptsThatCame(before?.state.session ?? null, session).flatMap((index) => waitingAt(after, index))
      /** Lines in which more urgent tasks of this step come to stand. */
      const taken = new Set<string>()
      const placements: Placement[] = []
      for (const { definition, task, attemptId } of came.sort(
        (a, b) => b.definition.priority - a.definition.priority,
      )) {
        const line = lines.known(definition, session)
        if (line === undefined) break
        const { agentId } = readLine(line)
        const agent = agentId === undefined ? null : (agentIn(agentId) ?? known(agentId))
        if (agentId === undefined || !agent || !canTake(agent, taken)) {
          taken.add(line)
          continue
        }
        const { taskId } = task
        const { sessionId } = session.head
        const receipt = onlyChoice(agent, definition)
        placements.push({ agentId, command: { type: 'take-place', attemptId, sessionId, taskId, receipt } })
      }
      return placements
    },
  }

  /** It is ready, and nobody stands in a line that it serves. */
  function canTake(agent: AgentState, taken: ReadonlySet<string>): boolean {
    const { agentId, capabilities } = agent.registration
    const served = [agentLine(agentId), ...capabilities.map(capabilityLine)]
    return availabilityOf(agent) === 'READY' && served.every((line) => marks.isFree(line) && !taken.has(line))
  }
}

function waitingAt({ session, workflow }: RunningSession, index: number) {
  const definition = workflow.tasks[index]
  const task = session.tasks[index]
  const attempt = task?.attempts.at(-1)
  if (!definition || !task || !attempt) return []
  return [{ definition, task, attemptId: attemptIdOf(task.taskId, attempt.attempt) }]
}
