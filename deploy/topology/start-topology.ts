import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Addresses, planTopology } from './plan-topology.ts'
import { type Members, startMembers } from './start-members.ts'

/** Processes by name: `redis`, `api-1`, `worker-2`, `load-balancer`, `agentkit`, `agent-3` and so on. */
export interface Topology extends Addresses, Omit<Members, 'start'> {
  /** Redis' and AgentKit's data, the key, and a log for each process; gone when the topology is. */
  folder: string
}

/**
 * The processes of docker-compose.yml on this machine, on free ports: Redis, two api, two workers, nginx, AgentKit, three
 * agents. Resolves when Ops-Core is ready through nginx and every agent has reported `idle`. What cannot start stops the
 * rest, and is thrown with the last lines of its log; so is the signal's reason.
 */
export async function startTopology({ signal }: { signal: AbortSignal }): Promise<Topology> {
  await using resources = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'opscore-topology-'))
  resources.defer(() => rmSync(folder, { recursive: true, force: true }))
  const members = resources.use(startMembers({ folder, signal }))
  const { addresses, stages } = await planTopology(folder)
  for (const stage of stages) await members.start(stage)
  const running = resources.move()
  return {
    ...addresses,
    folder,
    processes: members.processes,
    kill: members.kill,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
