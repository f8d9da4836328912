/**
 * Entries of a batch as the arguments of commit.lua, which reads them in the same order: kind, number of cells that
 * follow, cells. What is absent is an empty text. Members of sorted sets are made here, as this side has the time.
 */
import type { AgentCommit, AggregateRef, Commit, RoutingEntry, SessionCommit, Waiter } from '@opscore/engine/store'
import { aboutTextOf, taskIndexOf } from '@opscore/engine/store'
import { candidateMember, waiterMember } from '../read/members.ts'
import { ownerOf } from '../rows/partition.ts'
import { toSortable } from '../rows/sortable-number.ts'

/** Says that so many commits follow of which all take effect, or none. */
export function writeTogether(cells: string[], count: number): void {
  cells.push('t', '1', String(count))
}

/** A commit; `done` are those of its effects that lie in its own partition. */
export function writeCommit(cells: string[], commit: Commit, done: readonly string[]): void {
  const id = commit.kind === 'agent' ? commit.agentId : commit.sessionId
  const plain = commit.kind === 'agent' && isPlain(commit)
  const start = cells.push(plain ? 'r' : commit.kind === 'agent' ? 'a' : 's', '', id, String(commit.expectedVersion))
  if (plain) writeLive(cells, commit)
  else {
    writeOnce(cells, commit)
    if (commit.kind === 'agent') writeAgent(cells, commit)
    else writeSession(cells, commit)
    cells.push(String(commit.effects.length))
    for (const effect of commit.effects) {
      cells.push(effect.id, ownerOf(effect.id), toSortable(effect.at), JSON.stringify(effect))
    }
    writeDone(cells, done)
  }
  cells[start - 3] = String(cells.length - start + 2)
}

/** A report that changes nothing but the agent's state: a commit of a third of the cells, as most are. */
const isPlain = ({ registration, routing, events, effects, done, once, live }: AgentCommit): boolean =>
  !registration &&
  !routing &&
  !once &&
  events.length === 1 &&
  effects.length === 0 &&
  done.length === 0 &&
  live.deregisteredAt === null

/** Type, time, what it says beside them, and data: on a line each, as JSON has no line ends of its own. */
function writeEvents(cells: string[], { events }: Commit, aggregate: AggregateRef): void {
  for (const draft of events) {
    cells.push(`${draft.type}\n${draft.time}\n${aboutTextOf(draft, aggregate) ?? ''}\n${JSON.stringify(draft.data)}`)
  }
}

const timeOf = (time: number | null): string => (time === null ? '' : toSortable(time))

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

function writeAgent(cells: string[], commit: AgentCommit): void {
  const { registration, routing } = commit
  cells.push(registration ? JSON.stringify(registration) : '')
  cells.push(routing?.after ? JSON.stringify(routing.after.capabilities) : '', routing ? '1' : '0')
  if (routing) writeRouting(cells, routing)
  const { deregisteredAt } = commit.live
  cells.push(deregisteredAt === null ? '' : String(deregisteredAt), String(commit.events.length))
  writeLive(cells, commit)
}

function writeLive(cells: string[], commit: AgentCommit): void {
  const { agentId, wakeAt, live } = commit
  cells.push(timeOf(wakeAt), live.state, JSON.stringify(live))
  writeEvents(cells, commit, { kind: 'agent', id: agentId })
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

function writeSession(cells: string[], commit: SessionCommit): void {
  const { sessionId, wakeAt, head, tasks, waiters, definition } = commit
  const { status, endedAt, agentId, workflowId, startedAt, definitionHash } = head
  cells.push(timeOf(wakeAt), status, endedAt === null ? '' : String(endedAt), JSON.stringify(head))
  cells.push(agentId, workflowId, toSortable(startedAt) + sessionId, definitionHash)
  cells.push(definition ? JSON.stringify(definition.definition) : '', String(tasks.length))
  for (const task of tasks) cells.push(String(taskIndexOf(task.taskId)), JSON.stringify(task))
  cells.push(String(waiters.leave.length), ...waiters.leave, String(waiters.join.length))
  for (const waiter of waiters.join) cells.push(...placeOf(waiter))
  cells.push(String(commit.events.length))
  writeEvents(cells, commit, { kind: 'session', id: sessionId })
}

const placeOf = (waiter: Waiter): string[] => [waiter.attemptId, waiter.line, waiterMember(waiter)]
