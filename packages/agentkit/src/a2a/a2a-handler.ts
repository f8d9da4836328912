import type {
  AgentCard,
  ListTasksRequest,
  ListTasksResponse,
  SendMessageRequest,
  StreamResponse,
  Task,
} from '@a2a-js/sdk'
import { RequestMalformedError, TaskNotFoundError } from '@a2a-js/sdk/errors'
import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server'
import { validateVersion } from '@a2a-js/sdk/server'
import type { GatewayAgent, SessionView } from '@opscore/contract'
import { followSession, type OpsCoreClient, SESSION_ENDS } from '@opscore/sdk'
import { a2aError } from './a2a-error.ts'
import { pushMethods } from './push/push-methods.ts'
import type { PushService } from './push/push-sender.ts'
import { statusesOf, taskOf } from './session-task.ts'
import { updatesSince } from './session-updates.ts'
import { startTask } from './start-task.ts'
import { isTaskOf, sessionFilter, type Target } from './target.ts'

export interface A2aHandlerOptions {
  target: Target
  /** Speaks with the caller's key: what the caller may do is Ops-Core's to say. */
  client: OpsCoreClient
  findAgent: (agentId: string) => GatewayAgent | undefined
  card: AgentCard
  /** The card with what the caller alone may see. */
  extendedCard: () => Promise<AgentCard>
  /** Absent where AgentKit has no key of its own to follow sessions with. */
  push: PushService | undefined
  /** Aborts where the caller has gone. */
  signal: AbortSignal
  /** Told of every error of Ops-Core's before it becomes one of A2A. */
  onError: (error: unknown) => void
}

/** What A2A's methods do for one caller: a task is a session. */
export function createA2aHandler(options: A2aHandlerOptions): A2ARequestHandler {
  const { target, client, card, signal, onError } = options

  async function sessionOf(id: string): Promise<SessionView> {
    const session = await client.sessions.get(id, { signal })
    if (!isTaskOf(target, session)) throw new TaskNotFoundError(`Task not found: ${id}`)
    return session
  }

  /** One of A2A's methods: a version that is known, and errors that A2A has. */
  async function done<T>(context: ServerCallContext, work: () => Promise<T>): Promise<T> {
    try {
      validateVersion(context.requestedVersion, card, 'JSONRPC')
      return await work()
    } catch (error) {
      onError(error)
      throw a2aError(error)
    }
  }

  async function* streamed(
    context: ServerCallContext,
    start: () => Promise<string>,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    const sessionId = await done(context, start)
    try {
      yield* updates(followSession(client, sessionId, { signal }))
    } catch (error) {
      onError(error)
      throw a2aError(error)
    }
  }

  const push = pushMethods(options.push, sessionOf)

  async function start(request: SendMessageRequest): Promise<string> {
    const config = request.configuration?.taskPushNotificationConfig
    if (config) push.check(config)
    const sessionId = await startTask({ ...options, request })
    if (config) await push.create({ ...config, taskId: sessionId })
    return sessionId
  }

  return {
    getAgentCard: async () => card,
    getAuthenticatedExtendedAgentCard: (_params, context) => done(context, options.extendedCard),
    sendMessage: (request, context) =>
      done(context, async () => {
        const sessionId = await start(request)
        if (request.configuration?.returnImmediately) return taskOf(await client.sessions.get(sessionId, { signal }))
        return taskOf(await lastOf(followSession(client, sessionId, { signal })))
      }),
    sendMessageStream: (request, context) => streamed(context, () => start(request)),
    resubscribe: ({ id }, context) =>
      streamed(context, async () => {
        const { status } = await sessionOf(id)
        if (SESSION_ENDS.has(status)) throw new RequestMalformedError(`The task ${id} has ended`)
        return id
      }),
    getTask: ({ id }, context) => done(context, async () => taskOf(await sessionOf(id))),
    cancelTask: ({ id }, context) =>
      done(context, async () => {
        await sessionOf(id)
        await client.sessions.cancel(id, { reason: 'Cancelled by A2A', signal })
        return taskOf(await client.sessions.get(id, { signal }))
      }),
    listTasks: (request, context) => done(context, () => listTasks(request, options)),
    createTaskPushNotificationConfig: (config, context) => done(context, () => push.create(config)),
    getTaskPushNotificationConfig: (params, context) => done(context, () => push.get(params)),
    listTaskPushNotificationConfigs: (params, context) => done(context, () => push.list(params)),
    deleteTaskPushNotificationConfig: (params, context) => done(context, () => push.remove(params)),
  }
}

async function lastOf(sessions: AsyncGenerator<SessionView>): Promise<SessionView> {
  let last: SessionView | undefined
  for await (last of sessions);
  if (last === undefined) throw new Error('A session that is followed is seen once at least')
  return last
}

async function* updates(sessions: AsyncGenerator<SessionView>): AsyncGenerator<StreamResponse, void, undefined> {
  let shown: string | undefined
  for await (const session of sessions) {
    yield* updatesSince(shown, session)
    shown = session.status
  }
}

/** `totalSize` is what is known: those up to the end of this page. */
async function listTasks(
  request: ListTasksRequest,
  { target, client, signal }: A2aHandlerOptions,
): Promise<ListTasksResponse> {
  const { pageSize = 50, pageToken, contextId, status, includeArtifacts = false, statusTimestampAfter } = request
  if (statusTimestampAfter) throw new RequestMalformedError('statusTimestampAfter is no filter here')
  if (pageSize < 1 || pageSize > 100) throw new RequestMalformedError('pageSize must be 1 to 100')
  const wanted = statusesOf(status)
  const isNowhere = status > 0 && wanted.length === 0
  if (isNowhere) return { tasks: [], nextPageToken: '', pageSize, totalSize: 0 }
  if (contextId) return oneContext(contextId, request, { target, client, signal })
  const page = await client.sessions.list({
    ...sessionFilter(target),
    ...(wanted.length === 0 ? {} : { status: wanted }),
    ...(pageToken === '' ? {} : { cursor: pageToken }),
    limit: pageSize,
    signal,
  })
  const tasks: Task[] = []
  for (const session of page.items) {
    tasks.push(taskOf(includeArtifacts ? await client.sessions.get(session.sessionId, { signal }) : session))
  }
  return { tasks, nextPageToken: page.nextCursor ?? '', pageSize, totalSize: tasks.length }
}

/** A context has one task, which has its id. */
async function oneContext(
  contextId: string,
  { pageSize = 50, status }: ListTasksRequest,
  { target, client, signal }: Pick<A2aHandlerOptions, 'target' | 'client' | 'signal'>,
): Promise<ListTasksResponse> {
  const task = await client.sessions.get(contextId, { signal }).then(
    (session) => (isTaskOf(target, session) ? taskOf(session) : undefined),
    (error: unknown) => {
      if (a2aError(error) instanceof TaskNotFoundError) return undefined
      throw error
    },
  )
  const fits = task !== undefined && (status <= 0 || task.status?.state === status)
  return { tasks: fits ? [task] : [], nextPageToken: '', pageSize, totalSize: fits ? 1 : 0 }
}
