import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type ChildServer, startChildServer } from './child-server.ts'

export const API_KEY = 'benchmark-key'

/** In the checkout, not in a temporary folder: that may be memory, where a durable write costs nothing. */
const DATA_ROOT = join(import.meta.dirname, '..', '..', '..', '.bench')

/** A new folder that is removed when disposed of. */
export interface DataFolder extends Disposable {
  path: string
}

export function createDataFolder(): DataFolder {
  mkdirSync(DATA_ROOT, { recursive: true })
  const path = mkdtempSync(join(DATA_ROOT, 'data-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Ops-Core on SQLite with every default but the rate limits, which are off. */
export function startOpsCoreServer(dataDir: string, env: Record<string, string> = {}): Promise<ChildServer> {
  return startChildServer({
    entry: 'ops-core.ts',
    env: {
      OPSCORE_PORT: '0',
      OPSCORE_DATA_DIR: dataDir,
      OPSCORE_API_KEY: API_KEY,
      OPSCORE_RATE_LIMIT: 'off',
      LOG_LEVEL: 'warn',
      ...env,
    },
  })
}

export function startNoOpServer(): Promise<ChildServer> {
  return startChildServer({ entry: 'no-op.ts', env: { OPSCORE_API_KEY: API_KEY } })
}
