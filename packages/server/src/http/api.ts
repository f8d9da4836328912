import type { Engine, KeyRegistry } from '@opscore/engine'
import { createHttpApp, type Log } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import type { ServerSettings } from '../config.ts'
import { createGuard } from './access/guard.ts'
import type { KeyRing } from './access/key-ring.ts'
import { isLoopback } from './access/loopback.ts'
import { addAgentRoutes } from './agent/agent.ts'
import { addAgentControlRoutes } from './agent/agent-control.ts'
import { addAgentHeartbeatRoute } from './agent/agent-heartbeat.ts'
import { addStateRoutes } from './agent/state.ts'
import { fromEngineError } from './engine-error.ts'
import { addNotifyRoute } from './gateway/notify.ts'
import { addKeyRoutes } from './key.ts'
import { createEventLoop, type EventLoop } from './limits/event-loop.ts'
import { createRateLimits, type RateLimits } from './limits/rate-limits.ts'
import { addEventRoute, type OpenStreams } from './observe/event.ts'
import { addFleetRoutes } from './observe/fleet.ts'
import { addHealthRoutes } from './observe/health.ts'
import { addMetrics } from './observe/metrics.ts'
import { createRequestDurations } from './observe/request-durations.ts'
import { addSystemRoute } from './observe/system.ts'
import { addOpenApi } from './openapi/openapi.ts'
import { createPage } from './page/page.ts'
import { addApprovalRoutes } from './session/approval.ts'
import { addExplainRoutes } from './session/explain.ts'
import { addSessionRoutes } from './session/session.ts'
import { addSessionBulkRoutes } from './session/session-bulk.ts'
import { addSessionControlRoutes } from './session/session-control.ts'
import { addSessionSignalRoute } from './session/session-signal.ts'
import { addTaskRoutes } from './session/task.ts'
import { addTaskActionRoutes } from './session/task-action.ts'
import { addTriggerRoute } from './session/trigger.ts'
import { addScheduleRoutes } from './workflow/schedule.ts'
import { addSchemaRoute } from './workflow/schema.ts'
import { addWorkflowRoutes } from './workflow/workflow.ts'

/** For routes that name no limit of their own: none of them takes more than a few fields. */
const BODY_LIMIT = 64 * 1024

/** Live streams at once; each costs a socket and a place in the event fan-out. */
const MAX_STREAMS = 1_000

export interface ApiOptions {
  engine: Engine
  settings: ServerSettings
  keys: KeyRing
  registry: KeyRegistry
  /** Where the root key lies; absent where the environment has it. */
  rootKeyFile?: string
  log: Log
  /** Where the built page lies; without it none is served. */
  pageFolder?: string | undefined
  /** Epoch milliseconds. */
  now: () => number
  eventLoop?: EventLoop
  maxStreams?: number
  /** Those of the settings, where there are none. */
  limits?: RateLimits
}

/** Ops-Core's HTTP API over an engine. Who closes it closes the engine afterwards. */
export function createApi(options: ApiOptions): FastifyInstance {
  const { engine, settings, keys, registry, rootKeyFile, log, pageFolder, now, maxStreams = MAX_STREAMS } = options
  const ownLoop = createEventLoop()
  const eventLoop = options.eventLoop ?? ownLoop
  const guard = createGuard({ keys, limits: options.limits ?? createRateLimits(settings.rateLimit), eventLoop, now })
  const webhook = {
    secrets: settings.webhookSecrets,
    allowUnsigned: settings.webhookAllowUnsigned,
    loopbackOnly: isLoopback(settings.host),
  }
  const streams: OpenStreams = new Set()
  const requests = createRequestDurations()
  const context = {
    engine,
    settings,
    guard,
    requests,
    now,
    eventLoop,
    webhook,
    streams,
    maxStreams,
    registry,
    rootKeyFile,
  }

  const { basePath } = settings
  const fallback = pageFolder === undefined || settings.role === 'worker' ? undefined : createPage(pageFolder, basePath)
  const app = createHttpApp({ log, bodyLimit: BODY_LIMIT, headers: 'api', basePath, ...(fallback ? { fallback } : {}) })
  app.decorateRequest('principal', null)
  app.decorateRequest('arrivedAt', 0)
  app.addHook('onRequest', (request, _reply, done) => {
    request.arrivedAt = performance.now()
    done()
  })
  // Answers are ours, so their schemas only document them: JSON.stringify is faster than the code made from a union.
  app.setSerializerCompiler(() => JSON.stringify)
  app.addHook('onListen', async () => ownLoop.watch())
  app.addHook('onClose', async () => ownLoop.close())

  app.register(async (scope) => {
    const isWorker = settings.role === 'worker'
    if (!isWorker) await addOpenApi(scope, basePath)
    // The app's own handler answers what this one hands on.
    scope.setErrorHandler((error, request) => {
      throw fromEngineError(error, request)
    })
    addMetrics(scope, context)
    addHealthRoutes(scope, context)
    if (isWorker) return
    addFleetRoutes(scope, context)
    addNotifyRoute(scope, context)
    addAgentRoutes(scope, context)
    addAgentControlRoutes(scope, context)
    addStateRoutes(scope, context)
    addAgentHeartbeatRoute(scope, context)
    addTriggerRoute(scope, context)
    addWorkflowRoutes(scope, context)
    addScheduleRoutes(scope, context)
    addSchemaRoute(scope)
    addSessionRoutes(scope, context)
    addSessionControlRoutes(scope, context)
    addSessionBulkRoutes(scope, context)
    addSessionSignalRoute(scope, context)
    addApprovalRoutes(scope, context)
    addTaskRoutes(scope, context)
    addTaskActionRoutes(scope, context)
    addExplainRoutes(scope, context)
    addEventRoute(scope, context)
    addKeyRoutes(scope, context)
    addSystemRoute(scope, context)
  })
  return app
}
