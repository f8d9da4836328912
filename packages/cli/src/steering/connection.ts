import { parseExactly } from '@opscore/contract/exact-json'
import { OpsCoreClient } from '@opscore/sdk'
import { connectionSettings, readApiKey, readFlagsAndEnvironment } from '../config.ts'
import { serverUrl } from '../server-url.ts'

/** Where every command that steers a running Ops-Core finds it. */
export interface ConnectionFlags {
  opscoreUrl?: string
  apiKeyFile?: string
}

export function connect(flags: ConnectionFlags): OpsCoreClient {
  const url = opsCoreUrl(flags)
  const apiKey = readApiKey(readFlagsAndEnvironment(connectionSettings, {}), flags.apiKeyFile)
  // What agents and users counted is shown with the digits that they sent.
  return new OpsCoreClient({ url, apiKey, parseJson: parseExactly })
}

/** Where Ops-Core is, for what speaks with the keys of others. */
export function opsCoreUrl({ opscoreUrl }: ConnectionFlags): string {
  const flags = opscoreUrl === undefined ? {} : { opsCoreUrl: opscoreUrl }
  const settings = readFlagsAndEnvironment(connectionSettings, flags)
  return serverUrl(settings.opsCoreUrl, opscoreUrl === undefined ? 'OPSCORE_API_URL' : '--opscore-url')
}
