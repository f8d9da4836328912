import { type StreamResponse, TaskPushNotificationConfig } from '@a2a-js/sdk'
import { RequestMalformedError } from '@a2a-js/sdk/errors'
import { wait } from '@opscore/contract/time'
import { checkEndpoint, type Log, type NetworkPolicy, type Outbound } from '@opscore/host'
import { followSession, type OpsCoreClient, OpsCoreError } from '@opscore/sdk'
import { createBackOff } from '../../outbox/back-off.ts'
import type { PushConfigRow } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { updatesSince } from '../session-updates.ts'
import { pushUpdate } from './push-update.ts'

/** Each session that is pushed holds a stream of Ops-Core's open. */
const MAXIMUM = 1_000

const followAgain = createBackOff({ initial: 1_000, maximum: 30_000 })

/** Pushes what becomes of sessions to where clients asked, until they have ended. What was asked is on disk. */
export interface PushService {
  /** Why nothing may be pushed to a URL; `undefined` where it may. */
  problemOf(url: string): string | undefined
  put(config: TaskPushNotificationConfig): Promise<void>
  list(sessionId: string): TaskPushNotificationConfig[]
  remove(sessionId: string, configId: string): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface PushOptions {
  store: Store
  /** Those that an earlier process was asked for. */
  known: readonly PushConfigRow[]
  /** Speaks with AgentKit's own key. */
  client: OpsCoreClient
  policy: NetworkPolicy
  outbound: Outbound
  log: Log
}

/**
 * Each update goes out once at least: after a start anew a session is told as it is then. A receiver that does not take one is asked a
 * few times more, and then not for that one.
 */
export function createPushService({ store, known, client, policy, outbound, log }: PushOptions): PushService {
  const closing = new AbortController()
  const configs = new Map<string, Map<string, TaskPushNotificationConfig>>()
  const following = new Map<string, Promise<void>>()
  const { signal } = closing

  function keep(sessionId: string, config: TaskPushNotificationConfig): void {
    const ofSession = configs.get(sessionId) ?? new Map()
    configs.set(sessionId, ofSession.set(config.id, config))
    if (!following.has(sessionId)) following.set(sessionId, stayWith(sessionId))
  }

  /** One that is asked for while the session's last update goes out is told of its end too. */
  async function stayWith(sessionId: string): Promise<void> {
    while (configs.has(sessionId) && !signal.aborted) await follow(sessionId)
    following.delete(sessionId)
  }

  async function follow(sessionId: string): Promise<void> {
    for (let failures = 0; !signal.aborted && configs.has(sessionId); ) {
      try {
        await pushAll(sessionId)
        return await forget(sessionId)
      } catch (error) {
        if (error instanceof OpsCoreError && error.status === 404) return forget(sessionId)
        failures += 1
        if (!signal.aborted)
          log.warn({ sessionId, err: error }, 'a session whose updates are pushed cannot be followed')
        await wait(followAgain(failures), { signal }).catch(() => {})
      }
    }
  }

  async function pushAll(sessionId: string): Promise<void> {
    let shown: string | undefined
    for await (const session of followSession(client, sessionId, { signal })) {
      for (const update of updatesSince(shown, session)) await pushToAll(sessionId, update)
      shown = session.status
      if (!configs.has(sessionId)) return
    }
  }

  async function pushToAll(sessionId: string, update: StreamResponse): Promise<void> {
    const receivers = [...(configs.get(sessionId)?.values() ?? [])]
    await Promise.all(receivers.map((config) => pushUpdate(config, update, { outbound, signal, log })))
    signal.throwIfAborted()
  }

  async function forget(sessionId: string): Promise<void> {
    configs.delete(sessionId)
    await store.write('removePushConfigs', { sessionId }).catch((error: unknown) => {
      log.error({ sessionId, err: error }, 'what is pushed no more could not be taken out')
    })
  }

  for (const { sessionId, config } of known) keep(sessionId, TaskPushNotificationConfig.fromJSON(JSON.parse(config)))

  return {
    problemOf(url) {
      const verdict = checkEndpoint(policy, url)
      return verdict.ok ? undefined : `url: ${verdict.reason}`
    },
    async put(config) {
      if (configs.size >= MAXIMUM) throw new RequestMalformedError(`${MAXIMUM} tasks are pushed already`)
      const { taskId: sessionId, id: configId } = config
      const json = JSON.stringify(TaskPushNotificationConfig.toJSON(config))
      await store.write('putPushConfig', { sessionId, configId, config: json })
      keep(sessionId, config)
    },
    list: (sessionId) => [...(configs.get(sessionId)?.values() ?? [])],
    async remove(sessionId, configId) {
      await store.write('removePushConfigs', { sessionId, configId })
      const ofSession = configs.get(sessionId)
      ofSession?.delete(configId)
      if (ofSession?.size === 0) configs.delete(sessionId)
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('AgentKit is stopping'))
      await Promise.all(following.values())
    },
  }
}
