import type { RegisterAgentRequest } from '@opscore/contract'
import { wait } from '@opscore/contract/time'
import type { AgentKitClient } from '../client/agent-kit-client.ts'
import { OpsCoreError } from '../client/ops-core-error.ts'
import type { AgentLog } from './agent-log.ts'
import { keepTrying } from './keep-trying.ts'

export interface Registration {
  /** The id that AgentKit gave; `undefined` before the first registration. */
  readonly agentId: string | undefined
  /** Registers, trying until AgentKit is there. Throws what trying again cannot mend, such as a taken name. */
  register(): Promise<string>
  /** Asks AgentKit now and then whether it still knows the agent, and registers again where it does not. */
  watch(): Promise<void>
}

const FINAL_STATUSES = new Set([400, 401, 403, 409, 413, 415, 422])
const WATCH_INTERVAL = 30_000

export function createRegistration(options: {
  agentKit: AgentKitClient
  details: RegisterAgentRequest
  /** AgentKit has forgotten the agent, and gave it another id: Ops-Core knows nothing of its state under that. */
  onNewId?: () => void
  log: AgentLog
  signal: AbortSignal
  watchInterval?: number | undefined
}): Registration {
  const { agentKit, details, onNewId, log, signal, watchInterval = WATCH_INTERVAL } = options
  let agentId: string | undefined
  let underway: Promise<string> | undefined

  async function registerNow(): Promise<string> {
    const answer = await keepTrying({
      attempt: () => agentKit.registerAgent(details, { signal }),
      onFailure(error, failures) {
        if (error instanceof OpsCoreError && FINAL_STATUSES.has(error.status)) throw error
        if (failures === 3) log.warn({ error: String(error) }, 'AgentKit does not take the registration; trying on')
      },
      signal,
    })
    const was = agentId
    agentId = answer.agentId
    if (was !== agentId) log.info({ agentId, was }, 'registered')
    if (was !== undefined && was !== agentId) onNewId?.()
    return agentId
  }

  /** Reports and the watch may find out together that the agent was forgotten; one registration serves both. */
  function register(): Promise<string> {
    underway ??= registerNow().finally(() => {
      underway = undefined
    })
    return underway
  }

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      try {
        await wait(watchInterval, { signal })
        if (agentId !== undefined) await agentKit.getAgent(agentId, { signal })
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof OpsCoreError) || error.status !== 404) continue
        log.warn({ agentId }, 'AgentKit has forgotten this agent; registering again')
        await register().catch((cause) => log.error({ error: String(cause) }, 'AgentKit refuses the registration'))
      }
    }
  }

  return {
    get agentId() {
      return agentId
    },
    register,
    watch,
  }
}
