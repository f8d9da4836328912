import { createLog } from '@opscore/host'
import { serverSettings, startOpsCore } from '@opscore/server'
import { readFlagsAndEnvironment } from '../config.ts'
import type { Shutdown } from '../shutdown.ts'
import { tellParent } from '../supervision.ts'

export interface ServeFlags {
  host?: string
  port?: number
  dataDir?: string
  role?: 'all' | 'api' | 'worker'
}

/** Runs Ops-Core until it is asked to stop, then drains it. */
export async function serve(flags: ServeFlags, shutdown: Shutdown): Promise<void> {
  const settings = readFlagsAndEnvironment(serverSettings, flags)
  const log = createLog({ level: settings.logLevel, name: 'opscore' })
  const server = await startOpsCore({ settings, log })
  const { apiKeyFile } = server
  tellParent({ type: 'ready', ...(apiKeyFile === undefined ? {} : { apiKeyFile }) })
  await shutdown.requested
  await server.close()
}
