import { createLog, readSettings } from '@opscore/host'
import { agentKitSettings, startAgentKit } from '../src/index.ts'

// A process of its own, for tests that kill it. Says where it listens to the one that started it.
const settings = readSettings(agentKitSettings, process.env)
const kit = await startAgentKit({ settings, log: createLog({ name: 'agentkit', level: settings.logLevel }) })
process.send?.(kit.url)
