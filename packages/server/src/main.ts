/** Start, listen, drain. */
import { ConfigurationError, listenAndDrain } from '@opscore/host'
import { type Composition, compose } from './compose.ts'
import { createKeyRing } from './http/access/key-ring.ts'
import { openRootKey } from './http/access/root-key.ts'
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

export interface Start extends Composition {
  /** Where the built page lies; without it none is served. */
  pageFolder?: string | undefined
}

/**
 * Starts Ops-Core: opens the store, derives again what is to be done, then listens.
 * @throws ConfigurationError, PortInUseError, an Error that says why the store cannot be opened, or the signal's reason
 */
export async function startOpsCore({ settings, log, signal, pageFolder }: Start): Promise<OpsCore> {
  await using resources = new AsyncDisposableStack()
  if (settings.role !== 'all' && settings.storage !== 'redis') {
    throw new ConfigurationError([
      `OPSCORE_ROLE ${settings.role} needs OPSCORE_STORAGE_TYPE=redis: another store has one process`,
    ])
  }
  const { key, file: rootKeyFile } = await openRootKey(settings, log)
  const { engine, registry, clock, close } = await compose({ settings, log, signal })
  resources.defer(close)
  if (settings.role !== 'worker') await storeWorkflows(engine, settings.workflows, log)
  await registry.start()
  await engine.start()
  const api = createApi({
    engine,
    keys: createKeyRing(key, registry),
    registry,
    ...(rootKeyFile ? { rootKeyFile } : {}),
    settings,
    log,
    pageFolder,
    now: clock.now,
  })
  const listening = await listenAndDrain({ app: api, host: settings.host, port: settings.port })
  resources.defer(() => listening.drain({ delay: settings.shutdownDelay }))
  log.info({ url: listening.url, storage: settings.storage, role: settings.role }, 'Ops-Core listens')

  const running = resources.move()
  return {
    url: listening.url,
    port: listening.port,
    ...(rootKeyFile ? { apiKeyFile: rootKeyFile } : {}),
    close: () => running.disposeAsync(),
  }
}
