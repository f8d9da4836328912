/**
 * A definition that is tried: run against agents that do what is written, in virtual time, with nothing expected of it. Runs in a browser
 * too; the entry `@opscore/engine/trial`.
 */
import type { DefinitionProblem, Json } from '@opscore/contract'
import { type CompiledWorkflow, checkDefinition, createProblemList } from '@opscore/workflow'
import { fittingInput } from '../core/session/fitting-value.ts'
import { playAgents, type Refusal } from './play-agents.ts'
import { readCases } from './read-cases.ts'
import { runOf, type SessionRun } from './session-run.ts'
import { startVirtualSession } from './virtual-session.ts'
import type { TaskAct, WorkflowCase } from './workflow-case.ts'

export type { PathStep, SessionRun } from './session-run.ts'

/** What came of it; `refusals` are acts of people that the session's status did not allow. */
export interface Trial {
  run: SessionRun
  refusals: Refusal[]
}

/** Problems of the definition, or, with `in: 'case'`, of what is to be done with it. */
export type Tried = Trial | { problems: DefinitionProblem[]; in: 'definition' | 'case' }

/** Tries what somebody wrote: a definition, and a case without its name and what it expects. Never throws. */
export function tryWritten(definition: Json, written: Json): Tried {
  const { compiled, problems } = checkDefinition(definition)
  if (!compiled) return { problems, in: 'definition' }
  const found = createProblemList()
  const named = typeof written === 'object' && written !== null && !Array.isArray(written) ? written : {}
  const [read] = readCases({ workflow: '', cases: [{ ...named, name: 'a trial' }] }, found)
  if (found.hasErrors() || read === undefined) return { problems: found.all().map(atRoot), in: 'case' }
  try {
    return tryWorkflow(compiled, read)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { problems: [{ path: '', message, severity: 'error' }], in: 'case' }
  }
}

const atRoot = (problem: DefinitionProblem): DefinitionProblem => ({
  ...problem,
  path: problem.path.replace(/^\/cases\/0/, ''),
})

/**
 * Runs what a case says to the session's end, and until nobody has anything left to say or do.
 * @throws DomainError `PAYLOAD_INVALID` where the input does not fit the workflow's
 */
export function tryWorkflow(workflow: CompiledWorkflow, { input, tasks = {}, operator }: WorkflowCase): Trial {
  const session = startVirtualSession(workflow, { input: fittingInput(workflow, input ?? null) })
  const refusals = playAgents(session, { actOf: (taskId, attempt) => actOf(tasks, taskId, attempt), operator })
  return { run: runOf(session), refusals }
}

function actOf(tasks: NonNullable<WorkflowCase['tasks']>, taskId: string, attempt: number): TaskAct {
  const script = Object.hasOwn(tasks, taskId) ? tasks[taskId] : tasks['*']
  if (typeof script === 'function') return script(attempt)
  if (script && 'length' in script) return script[Math.min(attempt, script.length) - 1] ?? {}
  return script ?? {}
}
