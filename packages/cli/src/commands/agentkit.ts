import { agentKitSettings, startAgentKit } from '@opscore/agentkit'
import { createLog } from '@opscore/host'
import { readFlagsAndEnvironment } from '../config.ts'
import type { Shutdown } from '../shutdown.ts'
import { tellParent } from '../supervision.ts'
import type { ServeFlags } from './serve.ts'

/** Runs AgentKit until it is asked to stop, then drains it. */
export async function agentkit(flags: ServeFlags, shutdown: Shutdown): Promise<void> {
  const settings = readFlagsAndEnvironment(agentKitSettings, flags)
  const log = createLog({ level: settings.logLevel, name: 'agentkit' })
  const server = await startAgentKit({ settings, log })
  tellParent({ type: 'ready' })
  await shutdown.requested
  await server.close()
}
