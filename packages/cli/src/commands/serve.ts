import { PAGE_FOLDER } from '@opscore/dashboard'
import { createLog } from '@opscore/host'
import { DataFileError, RedisUnfitError, serverSettings, startOpsCore } from '@opscore/server'
import { readFlagsAndEnvironment } from '../config.ts'
import { buildPageMeanwhile } from '../dev/page.ts'
import { CommandFailure } from '../exit-code.ts'
import type { Shutdown } from '../shutdown.ts'
import { tellParent } from '../supervision.ts'

export interface ServeFlags {
  host?: string
  port?: number
  dataDir?: string
  role?: 'all' | 'api' | 'worker'
  /** `opscore dev` started it, and has built the page. */
  supervised?: true
}

/**
 * Runs Ops-Core until it is asked to stop, then drains it. Where it is asked while it waits for its store, nothing is to be
 * drained.
 * @throws CommandFailure where its store cannot be used as it is
 */
export async function serve(flags: ServeFlags, shutdown: Shutdown): Promise<void> {
  const { supervised, ...settingFlags } = flags
  const settings = readFlagsAndEnvironment(serverSettings, settingFlags)
  const log = createLog({ level: settings.logLevel, name: 'opscore' })
  const server = await startOpsCore({ settings, log, signal: shutdown.signal, pageFolder: PAGE_FOLDER }).catch(
    (error: unknown) => {
      if (error === shutdown.signal.reason) return null
      throw refusalOf(error)
    },
  )
  if (!server) return
  if (!supervised && settings.role !== 'worker') buildPageMeanwhile(log)
  const { apiKeyFile } = server
  tellParent({ type: 'ready', ...(apiKeyFile === undefined ? {} : { apiKeyFile }) })
  await shutdown.requested
  await server.close()
}

/** These say in a sentence what is wrong and what to do, so that where they were thrown is of no use to anybody. */
function refusalOf(error: unknown): unknown {
  const isRefusal = error instanceof RedisUnfitError || error instanceof DataFileError
  return isRefusal ? new CommandFailure(error.message, { cause: error }) : error
}
