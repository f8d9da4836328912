import { isDeepStrictEqual } from 'node:util'
import type { JsonObject, StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import { type OpsCoreClient, OpsCoreError } from '@opscore/sdk'
import { CommandFailure } from '../exit-code.ts'
import type { Surroundings } from '../program.ts'
import { connect } from '../steering/connection.ts'
import { createEventLines } from '../steering/event-lines.ts'
import { checkCompleted, watchSession } from '../steering/follow-session.ts'
import { readUpTo } from '../steering/pages.ts'
import { printList, printOne } from '../steering/print.ts'
import { APPLIED, type Applied, TRIGGERED, WORKFLOW, WORKFLOW_ROW } from '../steering/shapes.ts'
import type { Terminal } from '../terminal.ts'
import { readDefinitionFile } from '../workflow/definition-file.ts'
import { problemLine } from '../workflow/file-problem.ts'
import { printSession, type ReadFlags } from './session.ts'

export interface WorkflowTriggerFlags extends ReadFlags {
  agent: string
  input?: JsonObject
  idempotencyKey?: string
  wait?: true
  /** Milliseconds. */
  timeout?: number
}

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
  const client = connect(flags)
  const applied: Applied[] = []
  for (const { file, definition } of read) {
    if (definition) applied.push({ file, ...(await apply(client, definition, flags.dryRun === true)) })
  }
  await printList(terminal, flags.output, applied, APPLIED)
  if (flags.dryRun) terminal.note('Nothing was stored.')
}

export async function listWorkflows(flags: ReadFlags & { limit: number }, terminal: Terminal): Promise<void> {
  const { workflows } = connect(flags)
  await printList(terminal, flags.output, await readUpTo(flags.limit, (page) => workflows.list(page)), WORKFLOW_ROW)
}

export async function getWorkflow(id: string, flags: ReadFlags, terminal: Terminal): Promise<void> {
  await printOne(terminal, flags.output, await connect(flags).workflows.get(id), WORKFLOW)
}

/** Starts a session. With `wait` shows on stderr what happens in it, and prints it when it has ended. */
export async function triggerWorkflow(
  id: string,
  flags: WorkflowTriggerFlags,
  { terminal, shutdown }: Pick<Surroundings, 'terminal' | 'shutdown'>,
): Promise<void> {
  const { agent, input, idempotencyKey, wait, timeout, output } = flags
  const client = connect(flags)
  const triggered = await client.trigger(agent, {
    workflowDefinitionId: id,
    ...(input === undefined ? {} : { initialPayload: input }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
  if (!wait) return printOne(terminal, output, triggered, TRIGGERED)
  const { sessionId } = triggered
  terminal.note(`${triggered.message}: ${sessionId}`)
  const lineOf = createEventLines()
  const session = await watchSession({
    client,
    sessionId,
    timeout,
    interrupted: shutdown.signal,
    show(event) {
      const line = lineOf(event)
      if (line !== undefined) terminal.note(line)
    },
  })
  await printSession(terminal, output, session)
  checkCompleted(session)
}

/** What is stored is changed only where it still is what was read. */
async function apply(
  { workflows }: OpsCoreClient,
  definition: WorkflowDefinition,
  dryRun: boolean,
): Promise<Omit<Applied, 'file'>> {
  const { id } = definition
  const known = await find(() => workflows.get(id))
  if (known && isDeepStrictEqual(known.definition, definition)) {
    return { workflowId: id, change: 'unchanged', revision: known.revision }
  }
  const change = known ? 'updated' : 'created'
  if (dryRun) return { workflowId: id, change, revision: known?.revision ?? null }
  const stored = await workflows.put(definition, known ? { ifMatch: `"${known.hash}"` } : {})
  return { workflowId: id, change, revision: stored.revision }
}

async function find(load: () => Promise<StoredWorkflow>): Promise<StoredWorkflow | undefined> {
  try {
    return await load()
  } catch (error) {
    if (error instanceof OpsCoreError && error.status === 404) return undefined
    throw error
  }
}
