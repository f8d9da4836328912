import { parseExactly } from '@opscore/contract/exact-json'
import { OpsCoreClient } from '@opscore/sdk'
import { connectionSettings, readApiKey, readFlagsAndEnvironment } from '../config.ts'
import { serverUrl } from '../server-url.ts'

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
  const url = serverUrl(settings.opsCoreUrl, opscoreUrl === undefined ? 'OPSCORE_API_URL' : '--opscore-url')
  // What agents and users counted is shown with the digits that they sent.
  return new OpsCoreClient({ url, apiKey: readApiKey(settings, apiKeyFile), parseJson: parseExactly })
}
