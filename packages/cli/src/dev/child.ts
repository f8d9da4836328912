import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { startTimer } from '@opscore/contract/time'
import { childEnvironment } from '../config.ts'
import { type FailedMessage, isSupervisionMessage, type ReadyMessage } from '../supervision.ts'

export interface ChildOptions {
  name: string
  /** Arguments of `opscore`. */
  args: string[]
  environment?: Record<string, string>
  logFile: string
}

export interface Child {
  readonly name: string
  /** Resolves when it works; rejects with `ChildEnded` where it ends before. */
  readonly ready: Promise<ReadyMessage>
  /** Resolves when the process is gone. */
  readonly ended: Promise<ChildEnded>
  /** Asks it to drain, and kills it where that takes longer than `limit` milliseconds. */
  stop(limit: number): Promise<void>
  kill(): void
}

/** A child process is gone: how, why as far as it said, and the last lines of its log. */
export class ChildEnded extends Error {
  override readonly name = 'ChildEnded'
  readonly child: string
  readonly failure: FailedMessage | undefined
  readonly lastLines: readonly string[]

  constructor(child: string, how: string, failure: FailedMessage | undefined, lastLines: readonly string[]) {
    super(`${child} ended (${how}).`)
    this.child = child
    this.failure = failure
    this.lastLines = lastLines
  }
}

const LAST_LINES = 8
const LONGEST_LINE = 300

/**
 * Starts another `opscore` as a process of its own. It leads its own process group, so that Ctrl-C reaches it only by way
 * of us and in our order; should we vanish, it ends by itself (see supervision.ts).
 */
export function startChild({ name, args, environment = {}, logFile }: ChildOptions): Child {
  const log = openSync(logFile, 'a', 0o600)
  const logStart = statSync(logFile).size
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...args, '--supervised'], {
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
    windowsHide: true,
    env: childEnvironment(environment),
  })
  closeSync(log)

  const ready = Promise.withResolvers<ReadyMessage>()
  const ended = Promise.withResolvers<ChildEnded>()
  let failure: FailedMessage | undefined
  const end = (how: string) => {
    const error = new ChildEnded(name, how, failure, lastLines(logFile, logStart))
    ready.reject(error)
    ended.resolve(error)
  }
  child.on('message', (message) => {
    if (!isSupervisionMessage(message)) return
    if (message.type === 'failed') failure = message
    else ready.resolve(message)
  })
  child.on('error', (error) => end(error.message))
  child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `${signal}, ${signalNumber(signal)}`))
  ready.promise.catch(() => {})

  return {
    name,
    ready: ready.promise,
    ended: ended.promise,
    async stop(limit) {
      child.kill('SIGTERM')
      const callOff = startTimer(limit, () => child.kill('SIGKILL'))
      await ended.promise
      callOff()
    },
    kill: () => child.kill('SIGKILL'),
  }
}

function signalNumber(signal: NodeJS.Signals): number {
  return constants.signals[signal]
}

function lastLines(logFile: string, from: number): string[] {
  const written = readFileSync(logFile).subarray(from).toString('utf8')
  return written
    .split('\n')
    .filter((line) => line !== '')
    .slice(-LAST_LINES)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line))
}
