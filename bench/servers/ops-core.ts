/** Ops-Core as `opscore serve` runs it, configured by the same variables. */
import { createLog, readSettings } from '@opscore/host'
import { serverSettings, startOpsCore } from '@opscore/server'
import { serve } from './serve.ts'

const settings = readSettings(serverSettings, process.env)
serve(await startOpsCore({ settings, log: createLog({ level: settings.logLevel, name: 'opscore' }) }))
