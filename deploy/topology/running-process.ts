import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTimer } from '@opscore/contract/time'

export interface ProcessOptions {
  name: string
  command: string
  args: readonly string[]
  env?: Record<string, string>
  /** For `<name>.log`. */
  folder: string
  /** How long it may take to stop by itself, in milliseconds. */
  patience: number
  /** It is one of ours, and has something to say: see `firstMessage`. */
  talks?: boolean
}

export interface RunningProcess {
  readonly name: string
  readonly pid: number
  /** Resolves with how it ended, and the last lines of its log. */
  readonly ended: Promise<string>
  /** Resolves with its exit code when it has ended; `null` where a signal ended it, or where it did not start. */
  readonly exitCode: Promise<number | null>
  /** The first message it sends. Rejects where it ends instead. */
  readonly firstMessage: Promise<unknown>
  /** Asks it to stop, and kills it where that takes too long. */
  stop(): Promise<void>
  kill(): void
}

const LAST_LINES = 6
const OPSCORE = join(import.meta.dirname, '../../packages/cli/bin/opscore.js')

/** A program of this machine. It leads its own group, so that Ctrl-C reaches it by way of us, in our order. */
export function startProcess(options: ProcessOptions): RunningProcess {
  const { name, command, args, env = {}, folder, patience, talks = false } = options
  const logFile = join(folder, `${name}.log`)
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(command, args, {
    stdio: ['ignore', log, log, ...(talks ? (['ipc'] as const) : [])],
    detached: true,
    env: { ...process.env, ...env },
  })
  closeSync(log)
  const ended = endOf(child).then((how) => `${name} ended (${how}).\n${lastLines(logFile)}`)
  const exitCode = ended.then(() => child.exitCode)
  const firstMessage = Promise.race([
    once(child, 'message').then(([message]): unknown => message),
    ended.then((how) => {
      throw new Error(how)
    }),
  ])
  firstMessage.catch(() => {})
  return {
    name,
    pid: child.pid ?? 0,
    ended,
    exitCode,
    firstMessage,
    async stop() {
      child.kill('SIGTERM')
      const callOff = startTimer(patience, () => child.kill('SIGKILL'))
      await ended
      callOff()
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** `opscore` with these arguments. Supervised: it tells when it is ready, and ends when this process is gone. */
export function startOpscore(options: Omit<ProcessOptions, 'command'>): RunningProcess {
  const args = [OPSCORE, ...options.args, '--supervised']
  return startProcess({ ...options, command: process.execPath, args, talks: true })
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
}

function lastLines(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LAST_LINES)
  return lines.map((line) => `  ${line.slice(0, 300)}`).join('\n')
}
