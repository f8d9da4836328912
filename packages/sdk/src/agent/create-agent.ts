import type { RegisterAgentRequest } from '@opscore/contract'
import { startTimer, timeLimit, wait } from '@opscore/contract/time'
import { AgentKitClient } from '../client/agent-kit-client.ts'
import { OpsCoreClient } from '../client/ops-core-client.ts'
import { OpsCoreError } from '../client/ops-core-error.ts'
import { readTime, type TimeOption } from '../client/time-option.ts'
import type { Fetch } from '../client/transport.ts'
import { type AgentLog, bindLog, stderrLog } from './agent-log.ts'
import { listenForMessages, type MessageServer } from './message-server.ts'
import { createRegistration, type Registration } from './registration.ts'
import { createReportQueue, type ReportQueue } from './report-queue.ts'
import { catchStrayErrors } from './stray-errors.ts'
import { findLostAttempts } from './task/lost-attempts.ts'
import type { TaskHandler } from './task/task.ts'
import { TaskDesk } from './task/task-desk.ts'

export type { AgentLog } from './agent-log.ts'
export {
  type AgentTask,
  TaskAborted,
  type TaskContext,
  TaskError,
  type TaskHandler,
  type TaskProgress,
} from './task/task.ts'
export { createTaskHandler, nodeListener, type RequestHandler, type TaskHandlerOptions } from './task/task-handler.ts'

export interface AgentOptions {
  /** Unique among AgentKit's agents. An agent that comes back under its name and endpoint keeps its id. */
  name: string
  capabilities: string[]
  /**
   * How each task is done, by the `name` of the task's definition; `'*'` takes every other one. A task that nobody
   * takes fails with `NO_SUCH_TASK`.
   */
  tasks: Record<string, TaskHandler>
  agentKitUrl: string
  opsCoreUrl: string
  /** Ops-Core's; reports need it. */
  apiKey: string
  /** Needed only where AgentKit asks for one. */
  agentKitApiKey?: string
  version?: string
  /** How many tasks it does at once; 1 by default. */
  maxConcurrency?: number
  /**
   * `reports`, the default: a message is accepted at once, and reports say what becomes of the task. `result`: the message is
   * answered with what becomes of it, and only the agent's own state is reported.
   */
  answers?: 'reports' | 'result'
  /** Between heartbeats; Ops-Core calls the agent offline after three that are missing. None by default. */
  heartbeatInterval?: TimeOption
  /** 127.0.0.1 by default. */
  host?: string
  /** 0, the default, takes a free one; name one so that the agent has the same endpoint when it comes back. */
  port?: number
  /** Where AgentKit and Ops-Core reach it; `http://<host>:<port>/` by default. */
  contactEndpoint?: string
  /** What running tasks get when the agent closes; 25 s by default. */
  drainTimeout?: TimeOption
  log?: AgentLog
  fetch?: Fetch
  /** Gives up starting. A running agent is stopped by `close`. */
  signal?: AbortSignal
}

export interface Agent extends AsyncDisposable {
  readonly agentId: string
  readonly name: string
  readonly contactEndpoint: string
  /** Reports `stopping`, lets running tasks end, reports `stopped`, and closes. Called again, it waits for the same end. */
  close(): Promise<void>
}

interface Parts {
  desk: TaskDesk
  queue: ReportQueue
  registration: Registration
  opsCore: OpsCoreClient
  log: AgentLog
  signal: AbortSignal
}

/** Reports that go to Ops-Core at once, each on a connection of its own. */
const MOST_SIDE_BY_SIDE = 16

/** What running tasks get by default when the agent closes, in milliseconds. */
const DRAIN_TIMEOUT = 25_000

/** What the last reports get at closing when Ops-Core does not answer. */
const FLUSH_LIMIT = 5_000

/**
 * Starts an agent: serves its endpoint, registers it with AgentKit and reports it to Ops-Core as `initializing` and
 * `idle`, trying until both are there. Resolves when the agent can take tasks.
 *
 * Tasks are answered at once and done one by one (or `maxConcurrency` at a time); a message that comes twice starts
 * nothing twice. What a handler throws fails its attempt and nothing else. Each report is made until it is taken, those
 * about one attempt in their order.
 *
 * @throws OpsCoreError where AgentKit refuses the registration, such as `AGENT_NAME_TAKEN`
 * @throws Error Node's own, such as `EADDRINUSE`
 */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  const host = options.host ?? '127.0.0.1'
  if (options.contactEndpoint === undefined && isWildcard(host)) {
    throw new TypeError('An agent that listens on every address needs a contactEndpoint.')
  }
  const times = readTimes(options)
  const log = bindLog(options.log ?? stderrLog, { agent: options.name })
  const life = new AbortController()
  const abandon = () => life.abort(options.signal?.reason)
  options.signal?.throwIfAborted()
  options.signal?.addEventListener('abort', abandon, { once: true })

  // The endpoint is part of the registration, so the server is there before what answers its messages.
  let parts: Parts | undefined
  const server = await listenForMessages({
    host,
    port: options.port ?? 0,
    receive(message) {
      const agentId = parts?.registration.agentId
      if (parts && agentId !== undefined) return parts.desk.receive(message, agentId)
      return { status: 503, body: { status: 'error', code: 'NOT_REGISTERED', detail: 'The agent is starting.' } }
    },
  })
  const contactEndpoint = options.contactEndpoint ?? endpointOf(server)
  life.signal.addEventListener('abort', catchStrayErrors(), { once: true })
  try {
    parts = createParts(options, times, contactEndpoint, log, life.signal)
    await start(parts, options.answers)
  } catch (error) {
    life.abort()
    await server.close()
    throw options.signal?.aborted ? options.signal.reason : error
  } finally {
    options.signal?.removeEventListener('abort', abandon)
  }
  void parts.registration.watch()
  if (Number.isFinite(times.heartbeat)) void beat(parts, times.heartbeat)
  return running({ options, times, parts, server, contactEndpoint, life })
}

/** In milliseconds. */
interface Times {
  /** `Infinity`: no heartbeats. */
  heartbeat: number
  drain: number
}

/** @throws TypeError */
function readTimes({
  heartbeatInterval = Number.POSITIVE_INFINITY,
  drainTimeout = DRAIN_TIMEOUT,
}: AgentOptions): Times {
  const heartbeat = readTime('heartbeatInterval', heartbeatInterval)
  if (heartbeat === 0) throw new TypeError('heartbeatInterval must be longer than 0.')
  return { heartbeat, drain: readTime('drainTimeout', drainTimeout) }
}

function createParts(
  options: AgentOptions,
  times: Times,
  contactEndpoint: string,
  log: AgentLog,
  signal: AbortSignal,
): Parts {
  const { agentKitUrl, opsCoreUrl, apiKey, agentKitApiKey, fetch, maxConcurrency = 1, answers } = options
  const agentKit = new AgentKitClient({ url: agentKitUrl, apiKey: agentKitApiKey, fetch, retry: false })
  const opsCore = new OpsCoreClient({ url: opsCoreUrl, apiKey, fetch, retry: false })
  const details = registrationDetails(options, times, contactEndpoint, maxConcurrency)
  const registration = createRegistration({ agentKit, details, onNewId: () => queue.forgetKnown(), log, signal })
  const desk: TaskDesk = new TaskDesk({
    handlers: new Map(Object.entries(options.tasks)),
    maxConcurrency,
    answers: answers === 'result',
    report: (attemptId, report) => queue.push(attemptId, report),
    reportState: (report) => queue.pushState(report),
    callTool: (agentId, tool, args, abort) => agentKit.callTool(agentId, tool, args, { signal: abort }),
    heartbeat: (attemptId, progress, abort) =>
      opsCore.tasks.heartbeat(attemptId, { attemptId, ...(progress ? { progress } : {}), signal: abort }),
    log,
  })
  const queue: ReportQueue = createReportQueue({
    send: (report, abort) => opsCore.reportState(report, { signal: abort }),
    registration,
    truth: () => desk.status(),
    replace: (attemptId, report, error) => desk.replace(attemptId, report, error),
    sideBySide: Math.min(maxConcurrency, MOST_SIDE_BY_SIDE),
    log,
    signal,
  })
  return { desk, queue, registration, opsCore, log, signal }
}

function registrationDetails(
  { name, capabilities, version = '1.0.0', answers }: AgentOptions,
  { heartbeat }: Times,
  contactEndpoint: string,
  maxConcurrency: number,
) {
  const config = {
    maxConcurrency,
    acceptsCancel: true,
    ...(answers === 'result' ? { answers } : {}),
    ...(Number.isFinite(heartbeat) ? { heartbeatInterval: `${Math.ceil(heartbeat)}ms` } : {}),
  }
  const details: RegisterAgentRequest = {
    agentName: name,
    capabilities,
    version,
    contactEndpoint,
    metadata: { config },
  }
  return details
}

async function start(parts: Parts, answers: AgentOptions['answers']): Promise<void> {
  const { desk, queue, registration, signal } = parts
  const agentId = await registration.register()
  queue.pushState(desk.status())
  await queue.settled()
  signal.throwIfAborted()
  // Whoever answers with the result is asked again for what an earlier process did not answer.
  if (answers !== 'result') await endLostAttempts(parts, agentId)
  desk.open()
  await queue.settled()
  signal.throwIfAborted()
}

async function endLostAttempts({ desk, opsCore, log, signal }: Parts, agentId: string): Promise<void> {
  try {
    for (const taskId of await findLostAttempts({ opsCore, agentId, knows: (taskId) => desk.knows(taskId), signal })) {
      const error = new Error('The agent was started anew while it did this task.')
      desk.disown(taskId, agentId, Object.assign(error, { code: 'AGENT_RESTARTED' }))
    }
  } catch (error) {
    // A key that may only report is a good key for an agent; its lost attempts then end by their time-outs.
    log.debug({ error: String(error) }, 'cannot look for attempts of an earlier process')
  }
}

/** A heartbeat that hangs would hold up the next ones; it gets this long at least, in milliseconds. */
const SHORTEST_HEARTBEAT_LIMIT = 1_000

/**
 * A heartbeat that is lost is made good by the next. Where Ops-Core does not know the agent, its state is reported, which
 * registers it again.
 */
async function beat({ desk, queue, registration, opsCore, signal }: Parts, interval: number): Promise<void> {
  while (!signal.aborted) {
    await wait(interval, { signal }).catch(() => {})
    const { agentId } = registration
    if (signal.aborted || agentId === undefined) continue
    const limit = timeLimit(Math.max(interval, SHORTEST_HEARTBEAT_LIMIT))
    try {
      await opsCore.agents.heartbeat(agentId, { signal: AbortSignal.any([signal, limit.signal]) })
    } catch (error) {
      const isUnknown = error instanceof OpsCoreError && error.status === 404
      if (isUnknown && queue.isEmpty) queue.pushState(desk.status())
    } finally {
      limit.lift()
    }
  }
}

function running({
  options,
  times,
  parts: { desk, queue, registration, log },
  server,
  contactEndpoint,
  life,
}: {
  options: AgentOptions
  times: Times
  parts: Parts
  server: MessageServer
  contactEndpoint: string
  life: AbortController
}): Agent {
  let closing: Promise<void> | undefined
  async function closeNow(): Promise<void> {
    await desk.drain(times.drain)
    const callOff = startTimer(FLUSH_LIMIT, () => {
      log.error({}, 'Ops-Core did not take the last reports')
      life.abort()
    })
    await queue.settled()
    callOff()
    life.abort()
    await server.close()
  }
  const close = () => {
    closing ??= closeNow()
    return closing
  }
  return {
    get agentId() {
      return registration.agentId ?? ''
    },
    name: options.name,
    contactEndpoint,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function endpointOf({ host, port }: MessageServer): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}
