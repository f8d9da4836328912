/**
 * An agent's way to Ops-Core: hands its reports over, each until it is accepted, for as long as the process lives.
 *
 * Invariants
 * 1. Reports that name one attempt go in the order in which they were made, one at a time.
 * 2. Those of different attempts go side by side, `sideBySide` at most.
 * 3. A report of the agent's own state goes alone: behind all that was made before it, before all that is made after.
 * 4. When nothing is under way, Ops-Core has the agent's true state: where the last report left another one, or several
 *    went side by side, so that nobody knows which came last, the true state follows.
 * 5. Only a report that is refused for what it says is dropped. One that ends an attempt is replaced, so that it ends.
 */
import type { AgentStateReport, JsonObject } from '@opscore/contract'
import { OpsCoreError } from '../client/ops-core-error.ts'
import type { AgentLog } from './agent-log.ts'
import { keepTrying } from './keep-trying.ts'
import { isRefusal } from './refusal.ts'
import type { Registration } from './registration.ts'

export interface Report {
  state: string
  details: JsonObject | null
  /** The id under which the task that this is about was taken; the current one where it is about no task. */
  agentId?: string
}

export interface ReportQueue {
  /** A report about the attempt `attemptId`. */
  push(attemptId: string, report: Report): void
  /** A report of the agent's own state. */
  pushState(report: Report): void
  /** What Ops-Core knows of the agent may be old: it has another id there. */
  forgetKnown(): void
  /** No report is waiting or under way. */
  readonly isEmpty: boolean
  /** Resolves when everything that was pushed so far and meanwhile is accepted or refused. */
  settled(): Promise<void>
}

export interface ReportQueueOptions {
  send: (report: AgentStateReport, signal: AbortSignal) => Promise<unknown>
  registration: Registration
  /** The agent's state as it is. */
  truth: () => Report
  /** What is said in place of a report that was refused; nothing where it ended no attempt. */
  replace: (attemptId: string, report: Report, error: OpsCoreError) => Report | undefined
  sideBySide: number
  log: AgentLog
  signal: AbortSignal
}

interface Entry {
  /** `null`: the agent's own state. */
  attemptId: string | null
  report: Report
  timestamp: string
}

export function createReportQueue(options: ReportQueueOptions): ReportQueue {
  const { truth, replace, sideBySide, log, signal } = options
  const deliver = createDelivery(options)
  let waiting: Entry[] = []
  const underWay = new Set<string | null>()
  /** Several were under way at once since nothing was. */
  let crowded = false
  /** The state that Ops-Core has; `null` where that is not sure. */
  let known: string | null = null
  let idle: PromiseWithResolvers<void> | undefined

  function add(attemptId: string | null, report: Report): void {
    if (signal.aborted) return
    idle ??= Promise.withResolvers()
    waiting.push({ attemptId, report, timestamp: new Date().toISOString() })
    startMore()
  }

  function startMore(): void {
    const left: Entry[] = []
    let closed = underWay.has(null)
    for (const entry of waiting) {
      const { attemptId } = entry
      const isFree = attemptId === null ? underWay.size === 0 : !underWay.has(attemptId)
      if (!closed && isFree && underWay.size < sideBySide) void carry(entry)
      else left.push(entry)
      // Nothing overtakes a report of the own state, and it overtakes nothing.
      closed ||= attemptId === null || underWay.size >= sideBySide
    }
    waiting = left
  }

  async function carry(entry: Entry): Promise<void> {
    crowded ||= underWay.size > 0
    underWay.add(entry.attemptId)
    const state = await handOver(entry)
    underWay.delete(entry.attemptId)
    known = crowded ? null : state
    if (underWay.size === 0) crowded = false
    if (signal.aborted) waiting = []
    startMore()
    settle()
  }

  /** Resolves with the state that Ops-Core has of it now; `null` where it is not known. */
  async function handOver({ attemptId, report, timestamp }: Entry): Promise<string | null> {
    try {
      await deliver(report, timestamp)
      return report.state
    } catch (error) {
      if (signal.aborted) return null
      log.error({ state: report.state, attemptId, error: String(error) }, 'report refused')
      // Said once more, it would be refused once more.
      if (attemptId === null) return report.state
      const other = isRefusal(error) ? replace(attemptId, report, error) : undefined
      if (!other) return null
      return deliver(other, timestamp).then(
        () => other.state,
        (reason) => {
          if (!signal.aborted) log.error({ attemptId, error: String(reason) }, 'the report in its place refused')
          return null
        },
      )
    }
  }

  function settle(): void {
    if (waiting.length > 0 || underWay.size > 0) return
    const report = truth()
    if (!signal.aborted && report.state !== known) return add(null, report)
    idle?.resolve()
    idle = undefined
  }

  return {
    push: add,
    pushState: (report) => add(null, report),
    forgetKnown() {
      known = null
      settle()
    },
    get isEmpty() {
      return idle === undefined
    },
    settled: async () => idle?.promise,
  }
}

/** AgentKit's word that the agent exists may still be on its way, so the first few "not found" are only waited out. */
const UNKNOWN_BEFORE_REGISTERING = 3

/**
 * Hands one report over, trying until it is accepted. Rejects where it is refused for what it says, and where its agent is
 * gone for good, for AgentKit gave the agent a new id.
 */
function createDelivery({ send, registration, log, signal }: ReportQueueOptions) {
  async function registerAgain(): Promise<void> {
    try {
      await registration.register()
    } catch (error) {
      signal.throwIfAborted()
      log.error({ error: String(error) }, 'AgentKit refuses the registration; the report is tried on')
    }
  }

  return async ({ agentId, state, details }: Report, timestamp: string): Promise<void> => {
    let unknown = 0
    await keepTrying({
      attempt: async () => {
        const id = agentId ?? registration.agentId ?? (await registration.register())
        await send({ agentId: id, timestamp, state, details }, signal)
      },
      async onFailure(error, failures) {
        if (isRefusal(error)) throw error
        if (failures === 3) log.warn({ state, error: String(error) }, 'report not taken yet; trying on')
        if (!(error instanceof OpsCoreError) || error.status !== 404) return
        unknown += 1
        if (unknown >= UNKNOWN_BEFORE_REGISTERING) await registerAgain()
        if (agentId !== undefined && agentId !== registration.agentId) throw error
      },
      signal,
    })
  }
}
