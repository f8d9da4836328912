import { debianProgram } from './debian-programs.ts'
import { type RunningProcess, startOpscore, startProcess } from './running-process.ts'
import { waitUntil } from './wait-until.ts'

export interface Member {
  name: string
  /** A program that Debian has a package of; `opscore` where there is none. */
  program?: string
  args: readonly string[]
  env?: Record<string, string>
  /** Whether it works; `opscore` says so itself. */
  isReady?: () => Promise<boolean>
}

/** Processes that were started together and end together, the last that was started first. */
export interface Members extends AsyncDisposable {
  /** By name. */
  processes: ReadonlyMap<string, RunningProcess>
  /** Starts a stage, and resolves when each of it is ready. What cannot start is thrown with the last lines of its log. */
  start(stage: readonly Member[]): Promise<void>
  /** At once and without asking, for who does not want to wait. */
  kill(): void
}

/** Processes of ours cut off what does not end after 25 s. */
const PATIENCE = 30_000

/** Logs go to `folder`. Disposing stops what was started, also where a later stage could not. */
export function startMembers({ folder, signal }: { folder: string; signal: AbortSignal }): Members {
  const stages = new AsyncDisposableStack()
  const processes = new Map<string, RunningProcess>()
  return {
    processes,
    async start(stage) {
      signal.throwIfAborted()
      const started = stage.map((member) => ({ member, running: launch(member, folder) }))
      for (const { member, running } of started) processes.set(member.name, running)
      stages.defer(async () => void (await Promise.all(started.map(({ running }) => running.stop()))))
      await Promise.all(started.map(({ member, running }) => readinessOf(member, running, signal)))
    },
    kill() {
      for (const each of processes.values()) each.kill()
    },
    [Symbol.asyncDispose]: () => stages.disposeAsync(),
  }
}

function launch({ name, program, args, env = {} }: Member, folder: string): RunningProcess {
  const options = { name, args, env, folder, patience: PATIENCE }
  return program === undefined ? startOpscore(options) : startProcess({ ...options, command: debianProgram(program) })
}

async function readinessOf({ name, isReady }: Member, running: RunningProcess, signal: AbortSignal): Promise<void> {
  const gone = running.ended.then((how) => {
    throw new Error(how)
  })
  gone.catch(() => {})
  const said = async () => isReadyMessage(await running.firstMessage)
  // One that cannot start says why, and ends: its log has the same.
  const ready = waitUntil(`${name} is ready`, isReady ?? said, { signal })
  ready.catch(() => {})
  await Promise.race([ready, gone, aborted(signal)])
}

const isReadyMessage = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'

function aborted(signal: AbortSignal): Promise<never> {
  const never = Promise.withResolvers<never>()
  never.promise.catch(() => {})
  signal.addEventListener('abort', () => never.reject(signal.reason), { once: true })
  return never.promise
}
