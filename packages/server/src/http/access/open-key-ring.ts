import type { Log } from '@opscore/host'
import type { ServerSettings } from '../../config.ts'
import { openRootKey } from './api-key.ts'
import { createSingleKeyRing, type KeyRing } from './key-ring.ts'

/**
 * The keys that this server takes. A key that was made just now is printed, this once; afterwards only its file has it.
 * @throws ConfigurationError where there is no key and other machines could reach the server
 */
export async function openKeyRing(
  settings: Pick<ServerSettings, 'apiKey' | 'dataDir' | 'host'>,
  log: Log,
): Promise<{ keys: KeyRing; apiKeyFile?: string }> {
  const { key, file, made } = await openRootKey(settings)
  if (made) log.warn({ file }, `An API key was made, shown this once: ${key}`)
  return { keys: createSingleKeyRing(key), ...(file === undefined ? {} : { apiKeyFile: file }) }
}
