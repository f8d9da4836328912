import type { Waiter } from '../core/waiting-line/waiter.ts'
import type { Clock } from '../ports/clock.ts'
import type { AgentCommit, Commit, CommitResult, SessionCommit } from '../ports/store.ts'
import { type CommitListeners, committed } from '../store-kit/commit-listeners.ts'
import type { createAgentShelf } from './agent-shelf.ts'
import type { createEffectShelf } from './effect-shelf.ts'
import type { createEventLog } from './event-log.ts'
import type { createOnceShelf } from './once-shelf.ts'
import type { createSessionShelf } from './session-shelf.ts'
import type { createWorkflowShelf } from './workflow-shelf.ts'

/** Writes commits that go along with each other: all of them, or none. */
export function createMemoryCommits(parts: {
  /** By which once-records expire. */
  clock: Pick<Clock, 'now'>
  listeners: CommitListeners
  events: ReturnType<typeof createEventLog>
  agents: ReturnType<typeof createAgentShelf>
  sessions: ReturnType<typeof createSessionShelf>
  workflows: ReturnType<typeof createWorkflowShelf>
  waiters: Map<string, Waiter>
  effects: ReturnType<typeof createEffectShelf>
  once: ReturnType<typeof createOnceShelf>
}): (commits: readonly [Commit, ...Commit[]]) => CommitResult {
  const { clock, listeners, events, agents, sessions, workflows, waiters, effects, once } = parts

  function commit(commits: readonly [Commit, ...Commit[]]): CommitResult {
    const all = commits.flatMap((commit) => commit.once ?? [])
    const records = all.flatMap(({ key }) => once.find(key, clock.now()) ?? [])
    if (records.length > 0) return { ok: false, reason: 'duplicate', records }
    if (!commits.every(isCurrent)) return { ok: false, reason: 'conflict' }
    for (const commit of commits) if (commit.kind === 'agent') agents.assertRegistered(commit)
    for (const commit of commits) write(commit)
    return { ok: true, version: commits[0].expectedVersion + 1 }
  }

  function isCurrent(commit: Commit): boolean {
    const known = commit.kind === 'agent' ? agents.get(commit.agentId) : sessions.get(commit.sessionId)
    return (known?.version ?? 0) === commit.expectedVersion
  }

  function write(commit: Commit): void {
    if (commit.kind === 'agent') writeAgent(commit)
    else writeSession(commit)
    for (const effect of commit.effects) effects.put(effect)
    for (const id of commit.done) effects.delete(id)
    for (const record of commit.once ?? []) once.put(record)
    if (listeners.none) return
    const first = events.head - commit.events.length + 1
    listeners.announce(commit.events.map((draft, index) => committed(draft, first + index)))
  }

  function writeAgent(commit: AgentCommit): void {
    agents.put(commit)
    events.append('agent', commit.agentId, commit.events)
  }

  function writeSession(commit: SessionCommit): void {
    const { definitionHash } = commit.head
    if (commit.expectedVersion === 0) workflows.use(definitionHash, commit.definition?.definition)
    sessions.put(commit)
    events.append('session', commit.sessionId, commit.events)
    for (const attemptId of commit.waiters.leave) waiters.delete(attemptId)
    for (const waiter of commit.waiters.join) waiters.set(waiter.attemptId, { ...waiter })
  }

  return commit
}
