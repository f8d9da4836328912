import type { JsonObject } from '@opscore/contract'
import { connect } from '../../steering/connection.ts'
import { createEventLines } from '../../steering/event-lines.ts'
import { checkCompleted, watchSession } from '../../steering/follow-session.ts'
import { readUpTo } from '../../steering/pages.ts'
import { printList, printOne } from '../../steering/print.ts'
import { REVISION, TRIGGERED, WORKFLOW, WORKFLOW_ROW } from '../../steering/shapes.ts'
import type { Surroundings } from '../../surroundings.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { printSession, type ReadFlags } from '../session/session.ts'

export interface WorkflowTriggerFlags extends ReadFlags {
  agent: string
  input?: JsonObject
  idempotencyKey?: string
  wait?: true
  /** Milliseconds. */
  timeout?: number
}

export async function listWorkflows(flags: ReadFlags & { limit: number }, terminal: Terminal): Promise<void> {
  const { workflows } = connect(flags)
  await printList(terminal, flags.output, await readUpTo(flags.limit, (page) => workflows.list(page)), WORKFLOW_ROW)
}

export async function getWorkflow(
  id: string,
  { revision, ...flags }: ReadFlags & { revision?: number },
  terminal: Terminal,
): Promise<void> {
  const { workflows } = connect(flags)
  const found = await (revision === undefined ? workflows.get(id) : workflows.revision(id, revision))
  await printOne(terminal, flags.output, found, WORKFLOW)
}

export async function listRevisions(
  id: string,
  flags: ReadFlags & { limit: number },
  terminal: Terminal,
): Promise<void> {
  const { workflows } = connect(flags)
  const items = await readUpTo(flags.limit, (page) => workflows.revisions(id, page))
  await printList(terminal, flags.output, items, REVISION)
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
