import { readFile } from 'node:fs/promises'
import type { FileProblem } from '@opscore/server/testing'
import { checkDefinitionText } from '@opscore/server/workflow'
import { CommandFailure } from '../exit-code.ts'
import type { Terminal } from '../terminal.ts'
import { problemLine, unreadable } from '../workflow/file-problem.ts'

export interface WorkflowValidateFlags {
  output: 'table' | 'json'
}

/** Prints every problem of the definitions, with its place. @throws CommandFailure where there is one */
export async function validateWorkflows(
  files: string[],
  flags: WorkflowValidateFlags,
  terminal: Terminal,
): Promise<void> {
  const problems = (await Promise.all(files.map(problemsOf))).flat()
  if (flags.output === 'json') terminal.out(JSON.stringify(problems, null, 2))
  else for (const problem of problems) terminal.out(problemLine(problem))
  const off = new Set(problems.map(({ file }) => file)).size
  if (off > 0) throw new CommandFailure(`${off} of ${files.length} definitions cannot be stored.`)
  terminal.note(files.length === 1 ? 'The definition is valid.' : `All ${files.length} definitions are valid.`)
}

async function problemsOf(file: string): Promise<FileProblem[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown): never => {
    throw unreadable(file, error)
  })
  const { problems, compiled } = checkDefinitionText(text, file.endsWith('.json') ? 'json' : 'yaml')
  const found = problems.map((problem) => ({ file, ...problem }))
  if (compiled?.tasks.length !== 0) return found
  // It runs, and completes at once, where it is sent with a trigger; storing it is refused.
  return [...found, { file, path: '/tasks', message: 'A stored definition needs at least one task', severity: 'error' }]
}
