/** Start, listen, drain. */
import { ConfigurationError, type Log, listenAndDrain } from '@opscore/host'
import { compose } from './compose.ts'
import type { ServerSettings } from './config.ts'
import { openKeyRing } from './http/access/open-key-ring.ts'
import { createApi } from './http/api.ts'
import { storeWorkflows } from './stored-workflows.ts'

export interface OpsCore {
  url: string
  port: number
  /** Where the generated API key lies; absent where one was configured. */
  apiKeyFile?: string
  /** Answers "not ready", lets what is under way end, closes the store. What was acknowledged is there at the next start. */
  close(): Promise<void>
}

/**
 * Starts Ops-Core: opens the store, derives again what is to be done, then listens.
 * @throws ConfigurationError, PortInUseError, or an Error that says why the store cannot be opened
 */
export async function startOpsCore({ settings, log }: { settings: ServerSettings; log: Log }): Promise<OpsCore> {
  await using resources = new AsyncDisposableStack()
  if (settings.role !== 'all' && settings.storage !== 'redis') {
    throw new ConfigurationError([
      `OPSCORE_ROLE ${settings.role} needs OPSCORE_STORAGE_TYPE=redis: another store has one process`,
    ])
  }
  const { keys, apiKeyFile } = await openKeyRing(settings, log)
  const { engine, clock, close } = await compose({ settings, log })
  resources.defer(close)
  if (settings.role !== 'worker') await storeWorkflows(engine, settings.workflows, log)
  await engine.start()
  const api = createApi({ engine, keys, settings, log, now: clock.now })
  const listening = await listenAndDrain({ app: api, host: settings.host, port: settings.port })
  resources.defer(() => listening.drain({ delay: settings.shutdownDelay }))
  log.info({ url: listening.url, storage: settings.storage, role: settings.role }, 'Ops-Core listens')

  const running = resources.move()
  return {
    url: listening.url,
    port: listening.port,
    ...(apiKeyFile ? { apiKeyFile } : {}),
    close: () => running.disposeAsync(),
  }
}
