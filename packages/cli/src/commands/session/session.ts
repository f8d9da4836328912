import type { ReadOrder, SessionStatus, SessionView } from '@opscore/contract'
import { type ConnectionFlags, connect } from '../../steering/connection.ts'
import { readUpTo } from '../../steering/pages.ts'
import { type Format, printList, printOne } from '../../steering/print.ts'
import { CAUSE, EVENT, SESSION, SESSION_ROW, TASK } from '../../steering/shapes.ts'
import type { Terminal } from '../../terminal/terminal.ts'

export interface ReadFlags extends ConnectionFlags {
  output: Format
}

export interface SessionListFlags extends ReadFlags {
  limit: number
  status?: SessionStatus[]
  agent?: string
  workflow?: string
}

export type SessionAction = 'cancel' | 'pause' | 'resume' | 'retry'

export async function listSessions(flags: SessionListFlags, terminal: Terminal): Promise<void> {
  const { status, agent, workflow, limit, output } = flags
  const { sessions } = connect(flags)
  const filter = {
    ...(status ? { status } : {}),
    ...(agent === undefined ? {} : { agentId: agent }),
    ...(workflow === undefined ? {} : { workflowId: workflow }),
  }
  const items = await readUpTo(limit, (page) => sessions.list({ ...filter, ...page }))
  await printList(terminal, output, items, SESSION_ROW)
}

export async function getSession(sessionId: string, flags: ReadFlags, terminal: Terminal): Promise<void> {
  await printSession(terminal, flags.output, await connect(flags).sessions.get(sessionId))
}

/** As a table, with its tasks below it. */
export async function printSession(terminal: Terminal, output: Format, session: SessionView): Promise<void> {
  await printOne(terminal, output, session, SESSION)
  if (output !== 'table' || session.tasks.length === 0) return
  terminal.out('')
  await printList(terminal, 'table', session.tasks, TASK)
}

export async function explainSession(sessionId: string, flags: ReadFlags, terminal: Terminal): Promise<void> {
  const { causes, status } = await connect(flags).sessions.explain(sessionId)
  if (causes.length === 0) terminal.note(`The session is ${status}: it waits for nothing.`)
  if (causes.length > 0 || flags.output !== 'table') await printList(terminal, flags.output, causes, CAUSE)
}

/** What happened, from the beginning or, newest first, from the end. */
export async function listSessionEvents(
  sessionId: string,
  { limit, output, order, ...flags }: ReadFlags & { limit: number; order: ReadOrder },
  terminal: Terminal,
): Promise<void> {
  const { sessions } = connect(flags)
  const events = await readUpTo(limit, (page) => sessions.events(sessionId, { ...page, order }))
  await printList(terminal, output, events, EVENT)
}

export async function controlSession(
  sessionId: string,
  action: SessionAction,
  flags: ConnectionFlags & { reason?: string },
  terminal: Terminal,
): Promise<void> {
  const { sessions } = connect(flags)
  const { message } = await sessions[action](sessionId, flags.reason === undefined ? {} : { reason: flags.reason })
  terminal.note(`${message}: ${sessionId}`)
}
