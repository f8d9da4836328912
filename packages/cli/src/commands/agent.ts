import { type ConnectionFlags, connect } from '../steering/connection.ts'
import { readUpTo } from '../steering/pages.ts'
import { printList, printOne } from '../steering/print.ts'
import { AGENT, AGENT_STATE, WAITING_TASK } from '../steering/shapes.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { ReadFlags } from './session/session.ts'

export interface AgentListFlags extends ReadFlags {
  limit: number
  state?: string[]
  capability?: string[]
}

export interface HoldFlags extends ConnectionFlags {
  reason?: string
}

export type AgentAction = 'pause' | 'drain' | 'resume'

export async function controlAgent(
  agentId: string,
  action: AgentAction,
  flags: HoldFlags,
  terminal: Terminal,
): Promise<void> {
  const { agents } = connect(flags)
  const { message } = await agents[action](agentId, flags.reason === undefined ? {} : { reason: flags.reason })
  terminal.note(`${message}: ${agentId}`)
}

export async function listAgents(flags: AgentListFlags, terminal: Terminal): Promise<void> {
  const { limit, output, state, capability } = flags
  const { agents } = connect(flags)
  const filter = { ...(state ? { state } : {}), ...(capability ? { capability } : {}) }
  await printList(terminal, output, await readUpTo(limit, (page) => agents.list({ ...filter, ...page })), AGENT)
}

export async function getAgent(agentId: string, flags: ReadFlags, terminal: Terminal): Promise<void> {
  await printOne(terminal, flags.output, await connect(flags).agents.get(agentId), AGENT)
}

export async function getAgentState(agentId: string, flags: ReadFlags, terminal: Terminal): Promise<void> {
  await printOne(terminal, flags.output, await connect(flags).getState(agentId), AGENT_STATE)
}

export async function listAgentWaiting(
  agentId: string,
  flags: ReadFlags & { limit: number },
  terminal: Terminal,
): Promise<void> {
  const { cause, items, more } = await connect(flags).agents.waiting(agentId, { limit: flags.limit })
  if (cause) terminal.note(`${cause.code}: ${cause.detail}. ${cause.hint}.`)
  await printList(terminal, flags.output, items, WAITING_TASK)
  if (more) terminal.note(`More than ${items.length} wait for it.`)
}
