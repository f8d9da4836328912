import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'

export interface OpscoreProcess {
  stdout: string
  stderr: string
  signal(name: NodeJS.Signals): void
  /** Resolves to the exit code, or the signal that ended it. */
  exit: Promise<number | NodeJS.Signals | null>
}

export const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface RunOptions {
  /** `undefined`: it is not there. */
  environment?: Record<string, string | undefined>
  command?: string[]
  /** Nobody reads its stdout: the other end of the pipe is closed before it starts. */
  unread?: boolean
}

/** Runs the real command as its own process; killed at the test's end if it is still there. */
export function opscore(
  args: string[],
  { environment = {}, command = [process.execPath, MAIN], unread = false }: RunOptions = {},
): OpscoreProcess {
  const [file = '', ...first] = command
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child: ChildProcess = spawn(file, [...first, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, NODE_COMPILE_CACHE, COLUMNS: '80', ...environment },
  })
  const exit = Promise.withResolvers<number | NodeJS.Signals | null>()
  const running: OpscoreProcess = { stdout: '', stderr: '', signal: (name) => child.kill(name), exit: exit.promise }
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    running.stdout += text
  })
  if (unread) child.stdout?.destroy()
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    running.stderr += text
  })
  child.on('close', (code, signal) => exit.resolve(code ?? signal))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await running.exit
  })
  return running
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'opscore-cli-'))
  onTestFinished(() => vi.waitFor(() => rmSync(folder, { recursive: true, force: true }), { timeout: 10_000 }))
  return folder
}

/** A port that somebody else listens on until the test's end. */
export async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 60_000, interval: 50 })
}
