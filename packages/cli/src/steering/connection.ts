import { OpsCoreClient } from '@opscore/sdk'
import { connectionSettings, readApiKey, readFlagsAndEnvironment } from '../config.ts'

/** Where every command that steers a running Ops-Core finds it. */
export interface ConnectionFlags {
  opscoreUrl?: string
  apiKeyFile?: string
}

export function connect({ opscoreUrl, apiKeyFile }: ConnectionFlags): OpsCoreClient {
  const settings = readFlagsAndEnvironment(
    connectionSettings,
    opscoreUrl === undefined ? {} : { opsCoreUrl: opscoreUrl },
  )
  return new OpsCoreClient({ url: settings.opsCoreUrl, apiKey: readApiKey(settings, apiKeyFile) })
}
