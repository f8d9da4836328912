/** One list of all that wants a person. */
import { ATTENTION_MAXIMUM, type AttentionItem, type AttentionKind, type Page } from '@opscore/contract'
import { livenessOf } from '../core/agent/liveness.ts'
import { readLine } from '../core/waiting-line/waiter.ts'
import type { ListRequest } from '../engine.ts'
import type { AgentRow, AgentTrouble } from './agent-table.ts'
import type { FailedSession } from './failed-sessions.ts'
import type { OpenApproval } from './open-approvals.ts'
import type { Fleet } from './read-model.ts'
import type { StalledSession, Waiting } from './waiting.ts'

interface Candidate {
  id: string
  kind: AttentionKind
  /** Epoch milliseconds. */
  since: number
  item: () => AttentionItem | Promise<AttentionItem>
}

export interface AttentionSources {
  fleet: Fleet
  waiting: Waiting
  /** Sessions that failed before are about to be forgotten by the store, or are; epoch milliseconds. */
  failedSince: number
  workflowOf: (sessionId: string) => Promise<string>
}

/** A page of it, newest first; `after` is where a page ended. */
export async function attentionPage(
  sources: AttentionSources,
  kinds: readonly AttentionKind[] | undefined,
  { limit, after }: ListRequest,
): Promise<Page<AttentionItem>> {
  const all = candidatesOf(sources).filter(({ kind }) => !kinds || kinds.includes(kind))
  const newest = all.sort(newestFirst).slice(0, ATTENTION_MAXIMUM)
  const last = after === undefined ? null : readKey(after)
  const rest = last === null ? newest : newest.filter((candidate) => newestFirst(last, candidate) < 0)
  const chosen = rest.slice(0, limit)
  const items = await Promise.all(chosen.map(({ item }) => item()))
  const end = chosen.at(-1)
  return { items, nextCursor: end && rest.length > limit ? keyOf(end) : null }
}

type Place = Pick<Candidate, 'since' | 'id'>

const newestFirst = (a: Place, b: Place): number => b.since - a.since || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

const keyOf = ({ since, id }: Place): string => `${since}:${id}`

function readKey(key: string): Place {
  const colon = key.indexOf(':')
  return { since: Number(key.slice(0, colon)), id: key.slice(colon + 1) }
}

function candidatesOf({ fleet, waiting, failedSince, workflowOf }: AttentionSources): Candidate[] {
  const found: Candidate[] = []
  for (const failed of fleet.failed.since(failedSince)) {
    found.push(candidate('session_failed', failed.sessionId, failed.since, () => failedItem(failed, workflowOf)))
  }
  for (const stalled of waiting.stalled) {
    found.push(candidate('session_stalled', stalled.sessionId, stalled.since, () => stalledItem(stalled, workflowOf)))
  }
  for (const approval of fleet.approvals.all()) {
    found.push(candidate('approval_open', approval.approvalId, approval.since, () => approvalItem(approval)))
  }
  for (const row of fleet.agents.troubled()) {
    const { agentId } = row.state.registration
    for (const [kind, since] of row.troubles)
      found.push(candidate(kind, agentId, since, () => agentItem(kind, row, since)))
  }
  return found
}

function candidate(kind: AttentionKind, subject: string, since: number, item: Candidate['item']): Candidate {
  return { id: idOf(kind, subject), kind, since, item }
}

const idOf = (kind: AttentionKind, subject: string): string => `${kind}:${subject}`
const iso = (time: number): string => new Date(time).toISOString()
const sessionPath = (sessionId: string): string => `/v1/opscore/session/${encodeURIComponent(sessionId)}`
const agentPath = (agentId: string): string => `/v1/opscore/agent/${encodeURIComponent(agentId)}`

async function failedItem(failed: FailedSession, workflowOf: AttentionSources['workflowOf']): Promise<AttentionItem> {
  const { sessionId, since, code, message } = failed
  failed.workflowId ??= await workflowOf(sessionId)
  return {
    id: idOf('session_failed', sessionId),
    kind: 'session_failed',
    since: iso(since),
    subject: { type: 'session', id: sessionId, name: failed.workflowId },
    code,
    detail: message,
    action: { label: 'Go on from the tasks that failed', method: 'POST', path: `${sessionPath(sessionId)}/retry` },
  }
}

async function stalledItem(
  { sessionId, taskId, code, line, since }: StalledSession,
  workflowOf: AttentionSources['workflowOf'],
): Promise<AttentionItem> {
  const { agentId, capability } = readLine(line)
  const whom = agentId === undefined ? `an agent with the capability "${capability}"` : `agent ${agentId}`
  return {
    id: idOf('session_stalled', sessionId),
    kind: 'session_stalled',
    since: iso(since),
    subject: { type: 'session', id: sessionId, name: await workflowOf(sessionId) },
    code,
    detail: `Task ${taskId} waits for ${whom}`,
    action:
      code === 'AGENT_PAUSED' && agentId !== undefined
        ? { label: 'Resume the agent', method: 'POST', path: `${agentPath(agentId)}/resume` }
        : { label: 'See what would move it', method: 'GET', path: `${sessionPath(sessionId)}/explain` },
  }
}

function approvalItem({ approvalId, taskId, since, title }: OpenApproval): AttentionItem {
  return {
    id: idOf('approval_open', approvalId),
    kind: 'approval_open',
    since: iso(since),
    subject: { type: 'task', id: taskId, name: title },
    code: 'AWAITING_APPROVAL',
    detail: 'Somebody has to decide before the session goes on',
    action: { label: 'Decide', method: 'POST', path: `/v1/opscore/approval/${encodeURIComponent(approvalId)}/decide` },
  }
}

function agentItem(kind: AgentTrouble, { state }: AgentRow, since: number): AttentionItem {
  const { agentId, agentName } = state.registration
  return {
    id: idOf(kind, agentId),
    kind,
    since: iso(since),
    subject: { type: 'agent', id: agentId, name: agentName },
    code: kind === 'agent_in_error' ? state.live.state : livenessOf(state),
    detail: DETAILS[kind],
    action:
      kind === 'agent_in_error'
        ? { label: 'See what it reported', method: 'GET', path: `${agentPath(agentId)}/state/history` }
        : { label: 'Deregister it: its tasks are tried elsewhere', method: 'DELETE', path: agentPath(agentId) },
  }
}

const DETAILS: Record<AgentTrouble, string> = {
  agent_in_error: 'It reported an error and takes no task until it reports another state',
  agent_offline: 'It missed three of the heartbeats that it promised',
  agent_unreachable: 'It could not be connected to three times in a row',
  agent_hung: 'It let an attempt time out, and has not said since that it is done with it',
}
