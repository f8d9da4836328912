/**
 * What an overview of the fleet is made from, in the memory of a process that is asked for one. It is built when somebody
 * asks first, from the store's lists and the last hour of its log, fed by committed events from then on, and forgotten once
 * nobody has asked for a while: a process whose page nobody looks at does nothing for it.
 *
 * Invariants
 * 1. Nothing here is on the way of a request that writes.
 * 2. Where events were lost (trimmed before they were read, or a store that came back) all of it is built anew.
 */

import { ATTENTION_MAXIMUM } from '@opscore/contract'
import type { AgentEvent } from '../core/agent/events.ts'
import type { CommittedEvent } from '../core/event.ts'
import { openApprovalOf } from '../inbox/approval-record.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import { allPages } from '../query/all-pages.ts'
import { type AgentTable, createAgentTable } from './agent-table.ts'
import { createFailedSessions, type FailedSessions } from './failed-sessions.ts'
import { followLog } from './log-follower.ts'
import { nextTurn } from './next-turn.ts'
import { createOpenApprovals, type OpenApprovals } from './open-approvals.ts'
import { placeSince } from './place-in-log.ts'
import { createThroughput, SERIES_SPAN, type Throughput } from './throughput.ts'

/** How long it is kept up after it was asked last, in milliseconds. */
const KEPT_FOR = 10 * 60_000
/** Agents and sessions read at once while it is built. */
const PAGE = 200

export interface Fleet {
  agents: AgentTable
  throughput: Throughput
  failed: FailedSessions
  approvals: OpenApprovals
  /** Of what was before, the throughput knows nothing; epoch milliseconds. */
  knownFrom: number
}

interface Built {
  fleet: Promise<Fleet>
  generation: number
  end: () => void
}

export interface ReadModel {
  /** As of now. The first who asks waits until it is built. @throws StoreUnavailableError */
  fleet(): Promise<Fleet>
  close(): void
}

export function createReadModel({ store, clock, log }: { store: Store; clock: Clock; log: Log }): ReadModel {
  let built: Built | null = null
  let askedAt = 0
  let callOff: (() => void) | null = null

  function drop(which: Built | null): void {
    which?.end()
    if (built === which) built = null
  }

  function build(): Built {
    const agents = createAgentTable()
    const throughput = createThroughput()
    const failed = createFailedSessions()
    const approvals = createOpenApprovals()
    let known: number[] = []

    function apply(event: CommittedEvent): void {
      throughput.apply(event)
      // The lists were read after it.
      if (event.position <= (known[event.partition] ?? 0)) return
      // Every event of this kind is one of an agent's log; the store types it for any log.
      if (event.type.startsWith('agent.')) agents.apply(event as CommittedEvent & AgentEvent)
      else {
        failed.apply(event)
        approvals.apply(event)
      }
    }

    const follower = followLog({
      store,
      clock,
      apply,
      lost(reason) {
        log.info({ reason }, 'The overview is built anew')
        drop(made)
      },
    })

    async function read(): Promise<Fleet> {
      known = [...(await store.head())]
      const { cursor, knownFrom } = await placeSince(store, known, clock.now() - SERIES_SPAN)
      for await (const page of allPages((request) => store.listAgents({}, request), PAGE)) {
        for (const agent of page) agents.put(agent)
        await nextTurn(clock)
      }
      let sessions = 0
      for await (const page of allPages((request) => store.listSessions({ status: ['failed'] }, request), PAGE)) {
        for (const head of page) failed.put(head)
        sessions += page.length
        if (sessions >= ATTENTION_MAXIMUM) break
        await nextTurn(clock)
      }
      for await (const page of allPages((request) => store.listRecords('approval', clock.now(), request), PAGE)) {
        for (const { value } of page) if (value !== null) approvals.put(openApprovalOf(value))
        await nextTurn(clock)
      }
      await follower.begin(cursor)
      return { agents, throughput, failed, approvals, knownFrom }
    }

    const made: Built = { fleet: read(), generation: store.generation, end: follower.end }
    made.fleet.catch(() => drop(made))
    return made
  }

  function forgetLater(): void {
    callOff ??= clock.at(askedAt + KEPT_FOR, () => {
      callOff = null
      if (clock.now() - askedAt >= KEPT_FOR) drop(built)
      else if (built) forgetLater()
    })
  }

  return {
    fleet() {
      askedAt = clock.now()
      if (built && built.generation !== store.generation) drop(built)
      built ??= build()
      forgetLater()
      return built.fleet
    },
    close() {
      callOff?.()
      drop(built)
    },
  }
}
