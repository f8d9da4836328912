import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError, isCode, type Log } from '@opscore/host'
import type { ServerSettings } from '../../config.ts'
import { isApiKey, makeApiKey } from './api-key.ts'
import { isLoopback } from './loopback.ts'

export interface RootKey {
  key: string
  /** Where it lies; absent where the environment has it. */
  file?: string
  /** It was made just now, and is to be shown this once. */
  made: boolean
}

/**
 * The key with every scope: the configured one, else the one in the data directory, which is made at first start and
 * printed, this once; afterwards only its file has it.
 * Throws `ConfigurationError` where there is neither and the server would be reachable from other machines, and where the
 * file holds something else.
 */
export async function openRootKey(
  settings: Pick<ServerSettings, 'apiKey' | 'dataDir' | 'host'>,
  log: Log,
): Promise<RootKey> {
  if (settings.apiKey !== undefined) return { key: settings.apiKey, made: false }
  const file = join(settings.dataDir, 'api-key')
  const existing = await readKey(file)
  if (existing !== undefined) return { key: existing, file, made: false }
  if (!isLoopback(settings.host)) {
    throw new ConfigurationError([
      `OPSCORE_API_KEY must be set to listen on ${settings.host}, which other machines can reach; or start once on 127.0.0.1, which makes a key in ${file}`,
    ])
  }
  const root = await writeKey(file, makeApiKey(), settings.dataDir)
  if (root.made) log.warn({ file }, `An API key was made, shown this once: ${root.key}`)
  return root
}

async function readKey(file: string): Promise<string | undefined> {
  let text: string
  try {
    text = (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
  if (isApiKey(text)) return text
  throw new ConfigurationError([
    `${file} does not hold an API key; put the key back, or delete the file to have a new one made`,
  ])
}

async function writeKey(file: string, key: string, directory: string): Promise<RootKey> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  try {
    await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true })
    return { key, file, made: true }
  } catch (error) {
    const other = isCode(error, 'EEXIST') ? await readKey(file) : undefined
    if (other === undefined) throw error
    return { key: other, file, made: false }
  }
}
