import { freePort } from '@opscore/host'
import { CommandFailure } from '../exit-code.ts'
import { type Child, ChildEnded, type ChildOptions, startChild } from './child.ts'
import type { DataFolder } from './data-folder.ts'

export interface FleetOptions {
  folder: DataFolder
  port: number
  agentKitPort: number
  agents: number
  webhookSecret: string
}

export interface Fleet {
  opsCoreUrl: string
  agentKitUrl: string
  /** Where Ops-Core keeps the key that it generated; `undefined` where the key came from the environment. */
  apiKeyFile: string | undefined
}

export interface Processes {
  /** Starts Ops-Core and AgentKit, then the agents; resolves when every agent has reported `idle`. */
  start(options: FleetOptions): Promise<Fleet>
  /** Rejects when Ops-Core or AgentKit ends unasked; an agent that does is only told of. */
  watch(onAgentEnded: (ended: ChildEnded) => void): Promise<never>
  /** Drains in the order in which they need each other: agents, AgentKit, Ops-Core. */
  stop(): Promise<void>
  kill(): void
}

/** An agent gets `AGENT_DRAIN` for its task and some seconds for its last reports; the servers cut off at 25 s by themselves. */
const AGENT_DRAIN = '5s'
const AGENT_LIMIT = 12_000
const SERVER_LIMIT = 30_000

export function createProcesses(): Processes {
  const servers: Child[] = []
  const agents: Child[] = []
  let stopping = false

  function run(group: Child[], options: ChildOptions): Child {
    if (stopping) throw new Error('asked to stop')
    const child = startChild(options)
    group.push(child)
    return child
  }

  async function start(options: FleetOptions): Promise<Fleet> {
    const { folder, webhookSecret } = options
    // Each must be told where the other is before either is there.
    const port = options.port === 0 ? await freePort() : options.port
    const agentKitPort = options.agentKitPort === 0 ? await freePort() : options.agentKitPort
    const opsCoreUrl = `http://127.0.0.1:${port}`
    const agentKitUrl = `http://127.0.0.1:${agentKitPort}`
    const secret = { OPSCORE_WEBHOOK_SECRET: webhookSecret }
    const opsCore = run(servers, {
      name: 'Ops-Core',
      args: ['serve', ...serverArgs(port, folder)],
      environment: { ...secret, AGENTKIT_API_URL: agentKitUrl },
      logFile: folder.logFile('ops-core'),
    })
    const agentKit = run(servers, {
      name: 'AgentKit',
      args: ['agentkit', ...serverArgs(agentKitPort, folder)],
      environment: {
        ...secret,
        OPSCORE_API_URL: opsCoreUrl,
        OPSCORE_WEBHOOK_URL: `${opsCoreUrl}/v1/opscore/internal/agent/notify`,
      },
      logFile: folder.logFile('agentkit'),
    })
    const ready = [whenReady(opsCore, '--port'), whenReady(agentKit, '--agentkit-port')] as const
    const [{ apiKeyFile }] = await Promise.all(ready)
    const fleet = { opsCoreUrl, agentKitUrl, apiKeyFile }
    await startAgents(options, fleet)
    return fleet
  }

  async function startAgents({ folder, agents: count }: FleetOptions, fleet: Fleet): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => `agent-${index + 1}`)
    const ports = await folder.agentPorts(names)
    const started = names.map((name, index) =>
      run(agents, {
        name,
        args: ['agent', 'run', ...agentArgs(name, ports.get(name) ?? 0, capabilitiesOf(index, count), fleet)],
        logFile: folder.logFile(name),
      }),
    )
    await Promise.all(started.map((agent) => whenReady(agent)))
  }

  return {
    start,
    watch(onAgentEnded) {
      for (const agent of agents) void agent.ended.then((ended) => stopping || onAgentEnded(ended))
      return Promise.race(servers.map((server) => server.ended)).then((ended) => {
        throw explain(ended)
      })
    },
    async stop() {
      stopping = true
      await Promise.all(agents.map((agent) => agent.stop(AGENT_LIMIT)))
      for (const server of servers.toReversed()) await server.stop(SERVER_LIMIT)
    },
    kill() {
      for (const child of [...agents, ...servers]) child.kill()
    },
  }
}

function serverArgs(port: number, folder: DataFolder): string[] {
  return ['--host', '127.0.0.1', '--port', String(port), '--data-dir', folder.path]
}

function agentArgs(
  name: string,
  port: number,
  capabilities: string,
  { opsCoreUrl, agentKitUrl, apiKeyFile }: Fleet,
): string[] {
  const key = apiKeyFile === undefined ? [] : ['--api-key-file', apiKeyFile]
  const urls = ['--opscore-url', opsCoreUrl, '--agentkit-url', agentKitUrl]
  const work = ['--capabilities', capabilities, '--work-time', '200-600ms', '--drain-timeout', AGENT_DRAIN]
  return ['--name', name, '--port', String(port), ...work, ...urls, ...key]
}

/** Spread so that the sample's two steps go to different agents wherever there are two. */
function capabilitiesOf(index: number, count: number): string {
  const both = ['test_capability', 'another_capability']
  return count === 1 ? both.join(',') : (both[index % 3] ?? both.join(','))
}

async function whenReady(child: Child, portOption?: string) {
  try {
    return await child.ready
  } catch (error) {
    throw error instanceof ChildEnded ? explain(error, portOption) : error
  }
}

function explain(ended: ChildEnded, portOption?: string): CommandFailure {
  const { child, failure, lastLines } = ended
  if (failure?.portInUse !== undefined) {
    const hint =
      portOption === undefined
        ? `The port is kept for ${child}, so that it comes back at its endpoint. Free it, or use another --data-dir.`
        : `Choose another one with ${portOption}.`
    return new CommandFailure(`Port ${failure.portInUse} is in use, and ${child} needs it.`, { hint, cause: ended })
  }
  if (failure) {
    const [why = ended.message, ...hint] = failure.lines
    return new CommandFailure(`${child} cannot start: ${why}`, { hint, cause: ended })
  }
  return new CommandFailure(ended.message, { hint: quote(lastLines), cause: ended })
}

/** A log's last lines, set off from our own. */
export function quote(lines: readonly string[]): string[] {
  return lines.length === 0 ? ['Its log is empty.'] : ['Its last log lines:', ...lines.map((line) => `  ${line}`)]
}
