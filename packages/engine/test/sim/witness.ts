/** Looks on while the engine runs: at every commit that is applied, at every message that leaves, and now and then. */
import { isDeepStrictEqual } from 'node:util'
import type { SessionEvent } from '../../src/core/session/events.ts'
import { evolveSession } from '../../src/core/session/evolve.ts'
import {
  attemptIdOf,
  isTerminal,
  parseAttemptId,
  parseTaskId,
  type SessionState,
} from '../../src/core/session/state.ts'
import type { Engine } from '../../src/engine.ts'
import type { AgentLink } from '../../src/ports/agent-link.ts'
import type { SessionCommit, Store } from '../../src/ports/store.ts'
import type { VirtualClock } from './virtual-world.ts'

/** How far past its time a wake-up may be found in a healed world: a step of the clock, and a turn in the queue. */
const OVERDUE = 120_000
/** What `explain` may take; beyond it the engine died meanwhile. */
const PATIENCE = 5_000

/** Some ten times what the busiest story needs: a world that makes more goes round in circles, and is stopped. */
const COMMITS = 25_000

export interface Witness {
  /** Breaches, each beginning with the number of its invariant. */
  readonly found: string[]
  /** The store that commits go to, watched. */
  readonly store: Store
  link(link: AgentLink): AgentLink
  /** Whatever is open has a cause. */
  explained(engine: Engine | null): Promise<void>
  /** In a healed world no wake-up is left to lie. */
  awake(now: number): Promise<void>
}

export function createWitness({ store, clock }: { store: Store; clock: VirtualClock }): Witness {
  const found: string[] = []
  let commits = 0

  /** Sessions of which a store may hold the events of their start alone. */
  const shortStarts = new Set<string>()

  /** What a store may leave out must be in the events, and come with the next commit. */
  async function keptSeen({ sessionId, startOnly, events, head, tasks }: SessionCommit): Promise<void> {
    if (startOnly) {
      shortStarts.add(sessionId)
      // A session's commit holds no other events.
      const folded = (events as SessionEvent[]).reduce<SessionState | null>(evolveSession, null)
      if (!isDeepStrictEqual(folded, { head, tasks: folded?.tasks }))
        found.push(`11: the start of ${sessionId} is more than its events`)
      if (!isDeepStrictEqual(folded?.tasks.filter(Boolean), tasks))
        found.push(`11: ${sessionId} starts with other tasks`)
    } else if (shortStarts.delete(sessionId)) {
      const reached = (await store.loadSession(sessionId))?.state.tasks ?? []
      const written = new Set(tasks.map(({ taskId }) => taskId))
      const left = reached.find((task) => task && !written.has(task.taskId))
      if (left) found.push(`11: ${left.taskId} is nowhere after the commit that followed its session's start`)
    }
  }

  function commitSeen(commit: SessionCommit): void {
    const { sessionId, status, deadline, heldFailure } = commit.head
    if (isTerminal(status)) {
      if (commit.wakeAt !== null) found.push(`10: ${sessionId} has ended and wants to be woken`)
    } else if (!heldFailure && (commit.wakeAt === null || commit.wakeAt > deadline)) {
      found.push(`10: ${sessionId} is open and nothing wakes it before its deadline`)
    }
  }

  /** The intent is committed before the first byte leaves, and bears the attempt's id as its key. */
  async function sendSeen({ agentId, message, idempotencyKey }: Parameters<AgentLink['deliver']>[0]): Promise<void> {
    const attemptId = message.opscore_task_id ?? ''
    const named = parseAttemptId(attemptId)
    const session = named && (await store.loadSession(named.sessionId))
    const task = session?.state.tasks[parseTaskId(named?.taskId ?? '')?.index ?? -1]
    const attempt = task?.attempts.find((one) => one.attempt === named?.attempt)
    if (attempt?.agentId !== agentId) found.push(`6: ${attemptId} left for ${agentId} before that was committed`)
    const key = task && attempt ? attemptIdOf(task.taskId, attempt.attempt) : attemptId
    if (message.messageType === 'workflow_task' && idempotencyKey !== key) found.push(`6: ${key} left with another key`)
  }

  return {
    found,
    store: {
      ...store,
      async commit(commit, along = []) {
        commits += 1
        if (commits === COMMITS) found.push(`15: the world does not come to rest within ${COMMITS} commits`)
        if (commits >= COMMITS) return new Promise(() => {})
        const result = await store.commit(commit, along)
        for (const one of result.ok ? [commit, ...along] : []) {
          if (one.kind !== 'session') continue
          commitSeen(one)
          await keptSeen(one)
        }
        return result
      },
    },
    link: (link) => ({
      ...link,
      async deliver(delivery) {
        await sendSeen(delivery)
        return link.deliver(delivery)
      },
    }),
    async explained(engine) {
      const { items } = await store.listSessions({ status: ['started', 'running', 'paused'] }, { limit: 1_000 })
      const asked = items.map(async ({ sessionId }) => {
        const answer = engine?.explainSession(sessionId).catch(() => null)
        const explanation = answer && (await Promise.race([answer, clock.sleep(PATIENCE)]))
        if (explanation && !isTerminal(explanation.status) && explanation.causes.length === 0) {
          found.push(`explain: ${sessionId} is ${explanation.status} without a cause`)
        }
      })
      await Promise.all(asked)
    },
    async awake(now) {
      const { items } = await store.wakeUps({ limit: 100_000 })
      for (const { kind, id, at } of items) {
        if (at < now - OVERDUE) found.push(`10: the wake-up of ${kind} ${id} is ${now - at} ms overdue`)
      }
    },
  }
}
