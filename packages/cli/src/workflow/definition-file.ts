import { readFile } from 'node:fs/promises'
import type { WorkflowDefinition } from '@opscore/contract'
import type { FileProblem } from '@opscore/engine/testing'
import { checkDefinitionText, formatOf } from '@opscore/workflow'
import { unreadable } from './file-problem.ts'

export interface DefinitionFile {
  file: string
  problems: FileProblem[]
  /** Absent where a problem keeps it from being stored. */
  definition?: WorkflowDefinition
}

/** Reads a definition and checks it as Ops-Core does before it stores it. @throws CommandFailure where it cannot be read */
export async function readDefinitionFile(file: string): Promise<DefinitionFile> {
  const bytes = await readFile(file).catch((error: unknown): never => {
    throw unreadable(file, error)
  })
  const { problems, compiled, definition } = checkDefinitionText(bytes, formatOf(file))
  const found: FileProblem[] = problems.map((problem) => ({ file, ...problem }))
  if (compiled?.tasks.length === 0) {
    // It runs, and completes at once, where it is sent with a trigger; storing it is refused.
    found.push({ file, path: '/tasks', message: 'A stored definition needs at least one task', severity: 'error' })
  }
  if (found.length > 0 || !compiled) return { file, problems: found }
  // The checker has nothing against it, so it has the shape of one.
  return { file, problems: found, definition: definition as WorkflowDefinition }
}
