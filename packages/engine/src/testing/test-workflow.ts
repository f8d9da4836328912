/**
 * The workflow test kit: runs a definition against agents that do what a case says, in virtual time, with no server. What
 * decides is the code that decides in Ops-Core. Which agent a task goes to is not part of it: somebody always takes it.
 */
import type { DefinitionProblem } from '@opscore/contract'
import type { CompiledWorkflow } from '@opscore/workflow'
import { checkDefinition } from '@opscore/workflow'
import { compareRun, type Difference } from './compare-run.ts'
import type { Refusal } from './play-agents.ts'
import type { SessionRun } from './session-run.ts'
import { tryWorkflow } from './try-workflow.ts'
import type { WorkflowCase } from './workflow-case.ts'

export type { Difference } from './compare-run.ts'
export { type CaseFile, type FileProblem, readCaseFile } from './read-case-file.ts'
export type { PathAttempt, PathStep, SessionRun } from './session-run.ts'
export type { Expectation, OperatorAct, TaskAct, TaskScript, WorkflowCase, WrittenCase } from './workflow-case.ts'

/** What came of a case. `differences` is empty where everything is as expected. */
export interface Outcome extends SessionRun {
  differences: Difference[]
}

/** The definition cannot run. */
export class InvalidWorkflow extends Error {
  override readonly name = 'InvalidWorkflow'
  readonly problems: DefinitionProblem[]

  constructor(problems: DefinitionProblem[]) {
    super(problems.map(({ path, message }) => `${path || '/'}: ${message}`).join('\n'))
    this.problems = problems
  }
}

/**
 * Runs one case of a definition to the session's end, and until nobody has anything left to say or do. The same case
 * gives the same outcome. A task of which the case says nothing completes at once with `null`.
 *
 * @throws InvalidWorkflow where the definition has errors
 * @throws DomainError `PAYLOAD_INVALID` where the case's input does not fit the workflow's
 * @throws RangeError where the case has a duration that is none, or takes too many steps
 */
export function testWorkflow(definition: unknown, workflowCase: WorkflowCase = {}): Outcome {
  const { compiled, problems } = checkDefinition(definition)
  if (!compiled) throw new InvalidWorkflow(problems.filter(({ severity }) => severity === 'error'))
  return runCase(compiled, workflowCase)
}

/** As testWorkflow, for a definition that is checked already. */
export function runCase(workflow: CompiledWorkflow, workflowCase: WorkflowCase): Outcome {
  const { run, refusals } = tryWorkflow(workflow, workflowCase)
  return { ...run, differences: [...refusals.map(refused), ...compareRun(workflowCase.expect ?? {}, run)] }
}

function refused({ act, message }: Refusal): Difference {
  return { of: 'operator', expected: { ...act }, actual: `Refused: ${message}` }
}
