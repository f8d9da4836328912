/** Files of cases: read and checked whole, every problem with its file, line and column. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { DefinitionProblem, Json } from '@opscore/contract'
import type { CompiledWorkflow } from '@opscore/workflow'
import {
  checkDefinition,
  checkDefinitionText,
  createProblemList,
  formatOf,
  type ProblemList,
  readText,
} from '@opscore/workflow'
import { checkAgainst, readCases } from './read-cases.ts'
import type { WrittenCase } from './workflow-case.ts'

/** A problem, and the file that has it. */
export type FileProblem = DefinitionProblem & { file: string }

export interface CaseFile {
  problems: FileProblem[]
  /** There where no problem is an error. */
  content: { workflow: CompiledWorkflow; cases: WrittenCase[] } | null
}

/**
 * Reads a file of cases, YAML or JSON: `workflow` is the definition, or the file that has it, named from where this one
 * lies; `cases` are its cases. A file that is itself a definition has one case, in which every task completes.
 *
 * @throws Error Node's own, such as `ENOENT`, for a file that cannot be read
 */
export async function readCaseFile(file: string): Promise<CaseFile> {
  const bytes = await readFile(file)
  const read = readText(bytes, formatOf(file))
  if (!read.ok) return { problems: [{ file, ...read.problem }], content: null }
  const { value } = read
  if (!isObject(value) || !Object.hasOwn(value, 'cases')) return definitionAlone(file, bytes)

  const found = createProblemList()
  const cases = readCases(value, found)
  const { workflow, elsewhere } = await readWorkflow(file, value.workflow, found)
  if (workflow && !found.hasErrors()) checkAgainst(cases, workflow, found)
  const placed = read.placed(found.all()).map((problem) => ({ file, ...problem }))
  return caseFile([...placed, ...elsewhere], workflow, cases)
}

function caseFile(problems: FileProblem[], workflow: CompiledWorkflow | null, cases: WrittenCase[]): CaseFile {
  const canRun = workflow !== null && problems.every(({ severity }) => severity === 'warning')
  return { problems, content: canRun ? { workflow, cases } : null }
}

function definitionAlone(file: string, bytes: Uint8Array): CaseFile {
  const { problems, compiled } = checkDefinitionText(bytes, formatOf(file))
  const placed = problems.map((problem) => ({ file, ...problem }))
  return caseFile(placed, compiled, [{ name: 'every task completes' }])
}

type ReadWorkflow = { workflow: CompiledWorkflow | null; elsewhere: FileProblem[] }

async function readWorkflow(file: string, value: Json | undefined, found: ProblemList): Promise<ReadWorkflow> {
  if (typeof value !== 'string') {
    const { compiled, problems } = checkDefinition(value ?? null)
    for (const { severity, path, message } of problems) {
      if (severity === 'error') found.error(`/workflow${path}`, message)
      else found.warn(`/workflow${path}`, message)
    }
    return { workflow: compiled, elsewhere: [] }
  }
  const other = resolve(dirname(file), value)
  try {
    const { compiled, problems } = checkDefinitionText(await readFile(other), formatOf(other))
    return { workflow: compiled, elsewhere: problems.map((problem) => ({ file: other, ...problem })) }
  } catch (error) {
    found.error('/workflow', `"workflow" cannot be read: ${error instanceof Error ? error.message : error}`)
    return { workflow: null, elsewhere: [] }
  }
}

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
