/** Ops-Core with the built page in a process of its own, as `opscore serve` starts it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const OPSCORE = join(import.meta.dirname, '..', '..', '..', 'cli', 'src', 'main.ts')

export interface ServeOptions {
  port: number
  dataDir: string
  apiKey: string
  environment?: Readonly<Record<string, string>>
}

/** Resolves once it listens. Whoever starts it ends it. */
export async function startServeProcess({ port, dataDir, apiKey, environment }: ServeOptions): Promise<ChildProcess> {
  const args = [OPSCORE, 'serve', '--port', String(port), '--data-dir', dataDir, '--supervised']
  const env = { PATH: process.env.PATH, OPSCORE_API_KEY: apiKey, LOG_LEVEL: 'error', ...environment }
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env })
  await once(child, 'message')
  return child
}
