import { CommandFailure } from '../../exit-code.ts'
import { outLines } from '../../steering/print.ts'
import { jsonText } from '../../terminal/data-text.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { readDefinitionFile } from '../../workflow/definition-file.ts'
import { problemLine } from '../../workflow/file-problem.ts'

export interface WorkflowValidateFlags {
  output: 'table' | 'json'
}

/** Prints every problem of the definitions, with its place. @throws CommandFailure where there is one */
export async function validateWorkflows(
  files: string[],
  flags: WorkflowValidateFlags,
  terminal: Terminal,
): Promise<void> {
  const problems = (await Promise.all(files.map(readDefinitionFile))).flatMap((read) => read.problems)
  if (flags.output === 'json') outLines(terminal, jsonText(problems, 2))
  else for (const problem of problems) terminal.out(problemLine(problem))
  const off = new Set(problems.map(({ file }) => file)).size
  if (off > 0) throw new CommandFailure(`${off} of ${files.length} definitions cannot be stored.`)
  terminal.note(files.length === 1 ? 'The definition is valid.' : `All ${files.length} definitions are valid.`)
}
