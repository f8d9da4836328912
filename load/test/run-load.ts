import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const COMMAND = join(import.meta.dirname, '..', 'run.ts')

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** The command in a process of its own, as `npm run load --` starts it. `onStart` is handed the process while it runs. */
export async function runLoad(
  args: readonly string[],
  { env = {}, onStart }: { env?: Record<string, string>; onStart?: (child: ChildProcess) => void } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  onStart?.(child)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, stdout, stderr }
}
