import { type CaseFile, type Outcome, readCaseFile, runCase } from '@opscore/engine/testing'
import { CommandFailure, EXIT } from '../../exit-code.ts'
import { outLines } from '../../steering/print.ts'
import { jsonText } from '../../terminal/data-text.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { printCase } from '../../workflow/case-report.ts'
import { problemLine, unreadable } from '../../workflow/file-problem.ts'

export interface WorkflowTestFlags {
  case?: string
  output: 'table' | 'json'
}

type Content = NonNullable<CaseFile['content']>

/** Runs the cases of a file and prints the path of each. @throws CommandFailure where one is not as expected */
export async function testWorkflowFile(file: string, flags: WorkflowTestFlags, terminal: Terminal): Promise<void> {
  const { problems, content } = await readCaseFile(file).catch((error: unknown): never => {
    throw unreadable(file, error)
  })
  for (const problem of problems) terminal.note(problemLine(problem))
  if (!content) throw new CommandFailure(`${file} cannot be run.`, { exitCode: EXIT.usage })
  const outcomes = chosen(content, flags.case).map((one) => run(content.workflow, one))
  if (flags.output === 'json') outLines(terminal, jsonText(outcomes, 2))
  else for (const { name, ...outcome } of outcomes) printCase(terminal, name, outcome)
  const off = outcomes.filter(({ differences }) => differences.length > 0).length
  if (off > 0) throw new CommandFailure(`${off} of ${outcomes.length} cases did not go as expected.`)
}

function run(workflow: Content['workflow'], one: Content['cases'][number]): Outcome & { name: string } {
  try {
    return { name: one.name, ...runCase(workflow, one) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new CommandFailure(`Case "${one.name}": ${error.message}`, { exitCode: EXIT.usage, cause: error })
  }
}

function chosen({ cases }: Content, name: string | undefined) {
  if (name === undefined) return cases
  const found = cases.filter((one) => one.name === name)
  if (found.length > 0) return found
  throw new CommandFailure(`There is no case "${name}".`, {
    exitCode: EXIT.usage,
    hint: `There are: ${cases.map((one) => `"${one.name}"`).join(', ')}.`,
  })
}
