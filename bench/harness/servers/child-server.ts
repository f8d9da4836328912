import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { usageOf } from '../process-usage.ts'

/** A server in its own process, so that load and server share no event loop and its cost can be told apart. */
export interface ChildServer extends AsyncDisposable {
  url: string
  pid: number
  /** Collects garbage first. In bytes. */
  memory(): Promise<Memory>
  /** Of all threads since the start, in milliseconds. */
  cpu(): number
  /** For how long at most its event loop was held since it was last asked, in milliseconds; watched from the first call on. */
  longestHold(): Promise<number>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

export interface Memory {
  /** The whole process: heaps of all threads, SQLite's pages, buffers. */
  resident: number
  /** JavaScript objects of the main thread. */
  heap: number
}

export interface ChildServerOptions {
  /** A file of bench/servers. */
  entry: string
  env?: Record<string, string>
}

const servers = join(import.meta.dirname, '..', '..', 'servers')

/** Starts a server and waits until it listens. `BENCH_PROFILE`, where set, is a folder for a CPU profile of each. */
export async function startChildServer({ entry, env = {} }: ChildServerOptions): Promise<ChildServer> {
  const profile = process.env.BENCH_PROFILE
  const child = fork(join(servers, entry), {
    // Its log goes to stderr: stdout is for results.
    stdio: ['ignore', 2, 2, 'ipc'],
    env: { ...process.env, ...env },
    execArgv: ['--expose-gc', ...(profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : [])],
  })
  const url = String(await answerOf(child, entry))
  const { pid } = child
  if (pid === undefined) throw new Error(`${entry} did not start`)

  return {
    url,
    pid,
    async memory() {
      child.send('collect')
      const heap = Number(await answerOf(child, entry))
      return { resident: usageOf(pid).resident, heap }
    },
    cpu: () => usageOf(pid).cpu,
    async longestHold() {
      child.send('longest-hold')
      return Number(await answerOf(child, entry))
    },
    async kill() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.send('close')
      await ended
    },
  }
}

/** Its next message. Throws where it ends instead. */
async function answerOf(child: ChildProcess, entry: string): Promise<unknown> {
  const waiting = new AbortController()
  const options = { signal: waiting.signal }
  const ended = once(child, 'exit', options).then(([code]) => {
    throw new Error(`${entry} ended with ${code}`)
  })
  try {
    const [message] = await Promise.race([once(child, 'message', options), ended])
    return message
  } finally {
    ended.catch(() => {})
    waiting.abort()
  }
}
