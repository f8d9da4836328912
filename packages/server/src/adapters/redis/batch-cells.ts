/**
 * Entries of a batch as the arguments of commit.lua, which reads them in the same order: kind, number of cells that
 * follow, cells. What is absent is an empty text. Members of sorted sets are made here, as this side has the time.
 */
import type { RoutingEntry } from '../../core/routing.ts'
import type { Waiter } from '../../core/waiting-line/waiter.ts'
import type { AgentCommit, Commit, SessionCommit } from '../../ports/store.ts'
import { aboutOf } from '../event-about.ts'
import { taskIndexOf } from '../task-index.ts'
import { candidateMember, waiterMember } from './members.ts'
import { ownerOf } from './partition.ts'
import { toSortable } from './sortable-number.ts'

/** A commit; `done` are those of its effects that lie in its own partition. */
export function writeCommit(cells: string[], commit: Commit, done: readonly string[]): void {
  const id = commit.kind === 'agent' ? commit.agentId : commit.sessionId
  const start = cells.push(commit.kind === 'agent' ? 'a' : 's', '', id, String(commit.expectedVersion))
  writeOnce(cells, commit)
  cells.push(commit.wakeAt === null ? '' : toSortable(commit.wakeAt))
  if (commit.kind === 'agent') writeAgent(cells, commit)
  else writeSession(cells, commit)
  cells.push(String(commit.events.length))
  for (const draft of commit.events) {
    const about = aboutOf(draft, { kind: commit.kind, id }) ?? ''
    cells.push(draft.type, String(draft.time), about, JSON.stringify(draft.data))
  }
  cells.push(String(commit.effects.length))
  for (const effect of commit.effects) {
    cells.push(effect.id, ownerOf(effect.id), toSortable(effect.at), JSON.stringify(effect))
  }
  writeDone(cells, done)
  cells[start - 3] = String(cells.length - start + 2)
}

/** Effects of one partition that are done. */
export function writeSettled(cells: string[], done: readonly string[]): void {
  cells.push('d', String(1 + 2 * done.length))
  writeDone(cells, done)
}

function writeDone(cells: string[], done: readonly string[]): void {
  cells.push(String(done.length))
  for (const id of done) cells.push(id, ownerOf(id))
}

function writeOnce(cells: string[], { once = [] }: Commit): void {
  cells.push(String(once.length))
  for (const record of once) cells.push(record.key, String(record.expiresAt), JSON.stringify(record))
}

function writeAgent(cells: string[], { live, registration, routing }: AgentCommit): void {
  const { state, deregisteredAt } = live
  cells.push(state, deregisteredAt === null ? '' : String(deregisteredAt), JSON.stringify(live))
  cells.push(registration ? JSON.stringify(registration) : '')
  cells.push(routing?.after ? JSON.stringify(routing.after.capabilities) : '', routing ? '1' : '0')
  if (routing) writeRouting(cells, routing)
}

/** Places to leave and to take among candidates; capabilities to lose and to gain. Each with the member of its set. */
function writeRouting(cells: string[], { before, after }: NonNullable<AgentCommit['routing']>): void {
  const had = before?.capabilities ?? []
  const has = after?.capabilities ?? []
  const pairs = (capabilities: string[], entry: RoutingEntry | null, member: (entry: RoutingEntry) => string) => {
    cells.push(String(entry ? capabilities.length : 0))
    if (entry) for (const one of capabilities) cells.push(one, member(entry))
  }
  const id = ({ agentId }: RoutingEntry) => agentId
  pairs(had, before, candidateMember)
  pairs(has, after, candidateMember)
  pairs(
    had.filter((one) => !has.includes(one)),
    before,
    id,
  )
  pairs(
    has.filter((one) => !had.includes(one)),
    after,
    id,
  )
}

function writeSession(cells: string[], { sessionId, head, tasks, waiters, definition }: SessionCommit): void {
  const { status, endedAt, agentId, workflowId, startedAt, definitionHash } = head
  cells.push(status, endedAt === null ? '' : String(endedAt), JSON.stringify(head))
  cells.push(agentId, workflowId, toSortable(startedAt) + sessionId, definitionHash)
  cells.push(definition ? JSON.stringify(definition.definition) : '', String(tasks.length))
  for (const task of tasks) cells.push(String(taskIndexOf(task.taskId)), JSON.stringify(task))
  cells.push(String(waiters.leave.length), ...waiters.leave, String(waiters.join.length))
  for (const waiter of waiters.join) cells.push(...placeOf(waiter))
}

const placeOf = (waiter: Waiter): string[] => [waiter.attemptId, waiter.line, waiterMember(waiter)]
