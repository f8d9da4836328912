import { StreamResponse, type TaskPushNotificationConfig } from '@a2a-js/sdk'
import { wait } from '@opscore/contract/time'
import type { Log, Outbound } from '@opscore/host'
import { createBackOff } from '../../outbox/back-off.ts'

const TRIES = 5
const tryAgain = createBackOff({ initial: 500, maximum: 10_000 })

/** What stands in a header as it is. */
const HEADER_SAFE = /^[\x20-\x7e]{1,4096}$/

/** Sends one update, a few times where it is not taken. Resolves in any case: the next one may fare better. */
export async function pushUpdate(
  config: TaskPushNotificationConfig,
  update: StreamResponse,
  { outbound, signal, log }: { outbound: Outbound; signal: AbortSignal; log: Log },
): Promise<void> {
  const request = {
    url: config.url,
    method: 'POST' as const,
    headers: { 'content-type': 'application/a2a+json', ...credentialsOf(config) },
    body: JSON.stringify(StreamResponse.toJSON(update)),
    signal,
  }
  let reason = ''
  for (let failures = 1; failures <= TRIES && !signal.aborted; failures += 1) {
    try {
      const { status } = await outbound.request(request)
      if (status >= 200 && status < 300) return
      reason = `it answered ${status}`
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
    if (failures < TRIES) await wait(tryAgain(failures), { signal }).catch(() => {})
  }
  if (!signal.aborted) log.warn({ taskId: config.taskId, url: config.url, reason }, 'an update could not be pushed')
}

function credentialsOf({ token, authentication }: TaskPushNotificationConfig): Record<string, string> {
  const given = authentication ? `${authentication.scheme} ${authentication.credentials}` : ''
  return {
    ...(HEADER_SAFE.test(token) ? { 'x-a2a-notification-token': token } : {}),
    ...(HEADER_SAFE.test(given) ? { authorization: given } : {}),
  }
}
