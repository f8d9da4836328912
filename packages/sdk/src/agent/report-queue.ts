import type { AgentStateReport, JsonObject } from '@opscore/contract'
import { OpsCoreError } from '../client/ops-core-error.ts'
import type { AgentLog } from './agent-log.ts'
import { keepTrying } from './keep-trying.ts'
import type { Registration } from './registration.ts'

export interface Report {
  state: string
  details: JsonObject | null
  /** The id under which the task that this is about was taken; the current one where it is about no task. */
  agentId?: string
}

export interface ReportQueue {
  push(report: Report): void
  /** No report is waiting or under way. */
  readonly isEmpty: boolean
  /** Resolves when everything that was pushed so far and meanwhile is accepted or refused. */
  settled(): Promise<void>
}

/** Trying again cannot mend these: the report itself is off. */
const REFUSED_STATUSES = new Set([400, 413, 415, 422])

/** AgentKit's word that the agent exists may still be on its way, so the first few "not found" are only waited out. */
const UNKNOWN_BEFORE_REGISTERING = 3

/**
 * Hands an agent's reports to Ops-Core: one at a time in the order they were made, each until it is accepted, for as
 * long as the process lives. Only one that is refused for what it says is dropped, and `replace` may put another in its
 * place; so may one whose agent is gone for good, for AgentKit gave the agent a new id.
 */
export function createReportQueue(options: {
  send: (report: AgentStateReport, signal: AbortSignal) => Promise<unknown>
  registration: Registration
  replace: (report: Report, error: OpsCoreError) => Report | undefined
  log: AgentLog
  signal: AbortSignal
}): ReportQueue {
  const { send, registration, replace, log, signal } = options
  const waiting: { report: Report; timestamp: string }[] = []
  let work: Promise<void> | undefined

  async function deliver(report: Report, timestamp: string): Promise<void> {
    let unknown = 0
    await keepTrying({
      attempt: async () => {
        const agentId = report.agentId ?? registration.agentId ?? (await registration.register())
        await send({ agentId, timestamp, state: report.state, details: report.details }, signal)
      },
      async onFailure(error, failures) {
        if (isRefusal(error)) throw error
        if (failures === 3) log.warn({ state: report.state, error: String(error) }, 'report not taken yet; trying on')
        if (!(error instanceof OpsCoreError) || error.status !== 404) return
        unknown += 1
        if (unknown >= UNKNOWN_BEFORE_REGISTERING) await registerAgain()
        if (report.agentId !== undefined && report.agentId !== registration.agentId) throw error
      },
      signal,
    })
  }

  async function registerAgain(): Promise<void> {
    try {
      await registration.register()
    } catch (error) {
      signal.throwIfAborted()
      log.error({ error: String(error) }, 'AgentKit refuses the registration; the report is tried on')
    }
  }

  async function drainWaiting(): Promise<void> {
    for (let next = waiting[0]; next; next = waiting[0]) {
      try {
        await deliver(next.report, next.timestamp)
        waiting.shift()
      } catch (error) {
        if (signal.aborted) break
        log.error({ state: next.report.state, error: String(error) }, 'report refused')
        const other = isRefusal(error) ? replace(next.report, error) : undefined
        waiting.splice(0, 1, ...(other ? [{ report: other, timestamp: next.timestamp }] : []))
      }
    }
    work = undefined
  }

  return {
    push(report) {
      waiting.push({ report, timestamp: new Date().toISOString() })
      work ??= drainWaiting()
    },
    get isEmpty() {
      return waiting.length === 0
    },
    async settled() {
      while (work) await work
    },
  }
}

function isRefusal(error: unknown): error is OpsCoreError {
  return error instanceof OpsCoreError && REFUSED_STATUSES.has(error.status)
}
