/** AgentKit as `opscore agentkit` runs it, configured by the same variables. */
import { agentKitSettings, startAgentKit } from '@opscore/agentkit'
import { createLog, readSettings } from '@opscore/host'
import { serve } from './serve.ts'

const settings = readSettings(agentKitSettings, process.env)
serve(await startAgentKit({ settings, log: createLog({ level: settings.logLevel, name: 'agentkit' }) }))
