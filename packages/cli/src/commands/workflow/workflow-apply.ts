import type { StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import { type OpsCoreClient, OpsCoreError } from '@opscore/sdk'
import { CommandFailure } from '../../exit-code.ts'
import { asFailure } from '../../failure.ts'
import { connect } from '../../steering/connection.ts'
import { printList } from '../../steering/print.ts'
import { APPLIED, type Applied } from '../../steering/shapes.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { readDefinitionFile } from '../../workflow/definition-file.ts'
import { problemLine } from '../../workflow/file-problem.ts'
import type { ReadFlags } from '../session/session.ts'

/**
 * Stores definitions from files, those that have changed. Nothing is stored where one of them has a problem.
 * @throws CommandFailure where one has
 */
export async function applyWorkflows(
  files: string[],
  flags: ReadFlags & { dryRun?: true },
  terminal: Terminal,
): Promise<void> {
  const read = await Promise.all(files.map(readDefinitionFile))
  for (const problem of read.flatMap(({ problems }) => problems)) terminal.note(problemLine(problem))
  const off = read.filter(({ definition }) => definition === undefined).length
  if (off > 0) throw new CommandFailure(`${off} of ${files.length} definitions cannot be stored; none was.`)
  const definitions = read.flatMap(({ file, definition }) => (definition ? [{ file, definition }] : []))
  refuseTwins(definitions)
  const client = connect(flags)
  const applied: Applied[] = []
  try {
    for (const { file, definition } of definitions) {
      applied.push({ file, ...(await apply(client, definition, flags.dryRun === true)) })
    }
  } catch (error) {
    // What is stored by now stays so: whoever mends the rest must know of it.
    if (applied.length > 0) await printList(terminal, flags.output, applied, APPLIED)
    const file = definitions[applied.length]?.file ?? ''
    throw failedAt({ file, before: applied.length, of: definitions.length }, error)
  }
  await printList(terminal, flags.output, applied, APPLIED)
  if (flags.dryRun) terminal.note('Nothing was stored.')
}

/** The second of two would replace the first. */
function refuseTwins(definitions: readonly { file: string; definition: WorkflowDefinition }[]): void {
  const files = new Map<string, string>()
  for (const { file, definition } of definitions) {
    const other = files.get(definition.id)
    if (other !== undefined)
      throw new CommandFailure(`${other} and ${file} both define "${definition.id}"; none was stored.`)
    files.set(definition.id, file)
  }
}

/** Which file it was, and what is stored by now. */
function failedAt({ file, before, of }: { file: string; before: number; of: number }, error: unknown): unknown {
  if (!(error instanceof OpsCoreError)) return error
  const { lines, exitCode } = asFailure(error)
  const hint = `Of ${of} definitions, ${before} went before it.`
  return new CommandFailure(`${file}: ${lines.join(' ')}`, { exitCode, cause: error, ...(of > 1 ? { hint } : {}) })
}

/** What is stored is changed only where it still is what was read. Whether it changes is the server's word, in a dry run too. */
async function apply(
  { workflows }: OpsCoreClient,
  definition: WorkflowDefinition,
  dryRun: boolean,
): Promise<Omit<Applied, 'file'>> {
  const { id } = definition
  const known = await find(() => workflows.get(id))
  const condition = known ? { ifMatch: `"${known.hash}"` } : { ifNoneMatch: '*' as const }
  const stored = await workflows.put(definition, { ...condition, dryRun })
  if (stored.hash === known?.hash) return { workflowId: id, change: 'unchanged', revision: known.revision }
  const revision = dryRun ? (known?.revision ?? null) : stored.revision
  return { workflowId: id, change: known ? 'updated' : 'created', revision }
}

async function find(load: () => Promise<StoredWorkflow>): Promise<StoredWorkflow | undefined> {
  try {
    return await load()
  } catch (error) {
    if (error instanceof OpsCoreError && error.status === 404) return undefined
    throw error
  }
}
