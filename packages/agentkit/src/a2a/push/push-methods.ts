import type {
  DeleteTaskPushNotificationConfigRequest,
  GetTaskPushNotificationConfigRequest,
  ListTaskPushNotificationConfigsRequest,
  ListTaskPushNotificationConfigsResponse,
  TaskPushNotificationConfig,
} from '@a2a-js/sdk'
import { PushNotificationNotSupportedError, RequestMalformedError, TaskNotFoundError } from '@a2a-js/sdk/errors'
import { v7 as uuid } from 'uuid'
import type { PushService } from './push-sender.ts'

export interface PushMethods {
  /** Throws where a configuration cannot be one. */
  check(config: TaskPushNotificationConfig): void
  create(config: TaskPushNotificationConfig): Promise<TaskPushNotificationConfig>
  get(params: GetTaskPushNotificationConfigRequest): Promise<TaskPushNotificationConfig>
  list(params: ListTaskPushNotificationConfigsRequest): Promise<ListTaskPushNotificationConfigsResponse>
  remove(params: DeleteTaskPushNotificationConfigRequest): Promise<void>
}

/** For tasks that the caller may see: `assertSeen` throws where it may not. */
export function pushMethods(
  push: PushService | undefined,
  assertSeen: (sessionId: string) => Promise<unknown>,
): PushMethods {
  function service(): PushService {
    if (push === undefined) throw new PushNotificationNotSupportedError()
    return push
  }

  function check({ url }: TaskPushNotificationConfig): void {
    const problem = service().problemOf(url)
    if (problem !== undefined) throw new RequestMalformedError(problem)
  }

  return {
    check,
    async create(given) {
      check(given)
      await assertSeen(given.taskId)
      const config = { ...given, id: given.id === '' ? uuid() : given.id }
      await service().put(config)
      return config
    },
    async get({ taskId, id }) {
      service()
      await assertSeen(taskId)
      const found = service()
        .list(taskId)
        .find((config) => config.id === id)
      if (found) return found
      throw new TaskNotFoundError(`The task ${taskId} has no push configuration ${id}`)
    },
    async list({ taskId }) {
      service()
      await assertSeen(taskId)
      return { configs: service().list(taskId), nextPageToken: '' }
    },
    async remove({ taskId, id }) {
      service()
      await assertSeen(taskId)
      await service().remove(taskId, id)
    },
  }
}
