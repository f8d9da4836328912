import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { debianProgram } from './debian-programs.ts'
import { type Addresses, type Member, planTopology } from './plan-topology.ts'
import { type RunningProcess, startOpscore, startProcess } from './running-process.ts'
import { waitUntil } from './wait-until.ts'

export interface Topology extends Addresses, AsyncDisposable {
  /** Redis' and AgentKit's data, the key, and a log for each process; gone when the topology is. */
  folder: string
  /** By name: `redis`, `api-1`, `worker-2`, `load-balancer`, `agentkit`, `agent-3` and so on. */
  processes: ReadonlyMap<string, RunningProcess>
  /** At once and without asking, for who does not want to wait. */
  kill(): void
}

/** Processes of ours cut off what does not end after 25 s. */
const PATIENCE = 30_000

/**
 * The processes of docker-compose.yml on this machine, on free ports: Redis, two api, two workers, nginx, AgentKit, three
 * agents. Resolves when Ops-Core is ready through nginx and every agent has reported `idle`. What cannot start stops the
 * rest, and is thrown with the last lines of its log; so is the signal's reason.
 */
export async function startTopology({ signal }: { signal: AbortSignal }): Promise<Topology> {
  await using resources = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'opscore-topology-'))
  resources.defer(() => rmSync(folder, { recursive: true, force: true }))
  const processes = new Map<string, RunningProcess>()

  async function start(stage: readonly Member[]): Promise<void> {
    signal.throwIfAborted()
    const started = stage.map((member) => ({ member, running: launch(member, folder) }))
    for (const { member, running } of started) processes.set(member.name, running)
    resources.defer(async () => void (await Promise.all(started.map(({ running }) => running.stop()))))
    await Promise.all(started.map(({ member, running }) => readinessOf(member, running, signal)))
  }

  const { addresses, stages } = await planTopology(folder)
  for (const stage of stages) await start(stage)
  const running = resources.move()
  return {
    ...addresses,
    folder,
    processes,
    kill() {
      for (const each of processes.values()) each.kill()
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
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
