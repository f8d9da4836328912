/** Which tasks wait for an agent, and why, by the lines that they stand in. */
import type { WaitCause } from '@opscore/contract'
import { whyNoneOf } from '../core/explain.ts'
import { readLine, type Waiter } from '../core/waiting-line/waiter.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import { allPages } from '../query/all-pages.ts'
import type { AgentRow, AgentTable } from './agent-table.ts'
import { nextTurn } from './next-turn.ts'

export type WaitCode = WaitCause['code']

export interface StalledSession {
  sessionId: string
  taskId: string
  code: WaitCode
  line: string
  /** Epoch milliseconds. */
  since: number
}

export interface Waiting {
  byCode: ReadonlyMap<WaitCode, number>
  stalled: readonly StalledSession[]
}

/** What ends by itself, with work that goes on; everything else wants somebody to do something. */
const PASSES: ReadonlySet<WaitCode> = new Set(['BEING_PLACED', 'AGENT_BUSY', 'AGENT_REFUSED'])

/** How long a task may wait for an agent that cannot come by itself before somebody should know; milliseconds. */
const STALLED_AFTER = 5 * 60_000

/** Of a line, and in all, so many are looked at. */
const STALLED_IN_LINE = 200
const STALLED_IN_ALL = 1_000
/** Agents of a capability that are asked at most. */
const ASKED = 10_000
/** An answer is given again for so long, in milliseconds: however many ask, the lines are read once. */
const FRESH_FOR = 1_000

export function createWaiting({ store, clock }: { store: Store; clock: Clock }) {
  let last: { at: number; agents: AgentTable; waiting: Promise<Waiting> } | null = null

  async function read(agents: AgentTable): Promise<Waiting> {
    const byCode = new Map<WaitCode, number>()
    const stalled = new Map<string, StalledSession>()
    for await (const lines of allPages((page) => store.lineLengths(page))) {
      for (const { line, waiting } of lines) {
        const code = codeOf(line, agents)
        byCode.set(code, (byCode.get(code) ?? 0) + waiting)
        if (PASSES.has(code) || stalled.size >= STALLED_IN_ALL) continue
        for (const waiter of await store.waiters([line], STALLED_IN_LINE)) noteStalled(stalled, waiter, code)
      }
      await nextTurn(clock)
    }
    return { byCode, stalled: [...stalled.values()] }
  }

  function noteStalled(stalled: Map<string, StalledSession>, waiter: Waiter, code: WaitCode): void {
    const { sessionId, taskId, line, since } = waiter
    if (since > clock.now() - STALLED_AFTER) return
    const known = stalled.get(sessionId)
    if (!known || known.since > since) stalled.set(sessionId, { sessionId, taskId, code, line, since })
  }

  return {
    read(agents: AgentTable): Promise<Waiting> {
      const now = clock.now()
      if (last && last.agents === agents && now - last.at < FRESH_FOR) return last.waiting
      const asked = { at: now, agents, waiting: read(agents) }
      last = asked
      asked.waiting.catch(() => {
        if (last === asked) last = null
      })
      return asked.waiting
    },
  }
}

/** Why nobody in the line goes on. */
function codeOf(line: string, agents: AgentTable): WaitCode {
  const { agentId, capability = '' } = readLine(line)
  if (agentId === undefined) return whyNoneOf(statesOf(agents.withCapability(capability)))
  const row = agents.find(agentId)
  return row ? whyNoneOf([row.state]) : 'AGENT_UNKNOWN'
}

function* statesOf(rows: Iterable<AgentRow>) {
  let asked = 0
  for (const { state } of rows) {
    if (asked++ === ASKED) return
    yield state
  }
}
