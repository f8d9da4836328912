/** Ops-Core, or AgentKit, as its own process that can be killed and started again on the same port over the same data. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const MAIN = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))

export interface ServeProcess extends AsyncDisposable {
  /** The same over every restart. */
  readonly url: string
  /** SIGKILL by default; resolves when it has ended, with its exit code or the signal. */
  end(signal?: 'SIGKILL' | 'SIGTERM'): Promise<number | string | null>
  start(): Promise<void>
  /** Freezes it, and lets it go on. */
  stop(): void
  resume(): void
  /** What it wrote on stdout and stderr in all its lives. */
  output(): string
}

export async function startProcess(
  command: 'serve' | 'agentkit',
  { port, dataDir, env }: { port: number; dataDir: string; env: Record<string, string> },
): Promise<ServeProcess> {
  let child: ChildProcess | null = null
  let output = ''

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [MAIN, command, '--port', String(port), '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', ...env },
    })
    child = started
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    }
    const ready = once(started, 'message').then(([message]) => JSON.stringify(message))
    // Not before it has said all: what it tells this process may come before what it writes.
    const gone = once(started, 'close').then(([code, signal]) => `exit ${code ?? signal}`)
    const said = await Promise.race([ready, gone])
    if (said.includes('"ready"')) return
    await gone
    throw new Error(`${command} did not start (${said}): ${output.slice(-2_000)}`)
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<number | string | null> {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return null
    const exit = once(ending, 'exit')
    ending.kill(signal)
    const [code, by] = await exit
    return code ?? by
  }

  await start()
  return {
    url: `http://127.0.0.1:${port}`,
    start,
    end,
    stop: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    output: () => output,
    [Symbol.asyncDispose]: async () => void (await end()),
  }
}
