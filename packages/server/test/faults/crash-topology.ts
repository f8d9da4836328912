/** The processes of a crash run: what is called, what is harmed, and what they leave behind. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Store } from '@opscore/engine'
import { createLog, freePort } from '@opscore/host'
import { openSqliteStore } from '@opscore/store-sqlite'
import type { Dice } from '../../../engine/test/sim/virtual-world.ts'
import { API_KEY } from './api-client.ts'
import { type ServeProcess, startProcess } from './serve-process.ts'

export type Exit = number | string | null

export interface Topology {
  /** Of a process that answers requests; where there are several, of one or another. */
  url(): string
  /** Stands between Ops-Core and its agents, where it does. */
  agentKit: ServeProcess | null
  /** Does harm to one of the processes, and brings it back. Returns how it ended, where it was ended. */
  harm(dice: Dice, signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit[]>
  /** Asks all to end; returns how they did. */
  end(): Promise<Exit[]>
  /** What they left. */
  openStore(): Promise<Store>
}

export const CRASH_ENVIRONMENT = { OPSCORE_RATE_LIMIT: 'off', OPSCORE_API_KEY: API_KEY }
export const crashLog = createLog({ level: 'error', name: 'crash-test' })

const SECRET = 'crash-test-secret'

/** One Ops-Core over SQLite, with AgentKit or without. */
export async function startAlone(
  resources: AsyncDisposableStack,
  { dataDir, withAgentKit }: { dataDir: string; withAgentKit: boolean },
): Promise<Topology> {
  const port = await freePort()
  const agentKit = withAgentKit ? await startAgentKit(resources, port, dataDir) : null
  const env = {
    ...CRASH_ENVIRONMENT,
    OPSCORE_WEBHOOK_SECRET: SECRET,
    ...(agentKit ? { AGENTKIT_API_URL: agentKit.url } : {}),
  }
  const opsCore = resources.use(await startProcess('serve', { port, dataDir, env }))
  return {
    url: () => opsCore.url,
    agentKit,
    async harm(dice, signal) {
      const victim = agentKit && dice.chance(0.4) ? agentKit : opsCore
      return [await endAndStart(victim, dice, signal)]
    },
    end: async () => [await opsCore.end('SIGTERM')],
    openStore: () => openSqliteStore({ dataDir, log: crashLog }),
  }
}

async function startAgentKit(resources: AsyncDisposableStack, port: number, dataDir: string): Promise<ServeProcess> {
  const webhook = `http://127.0.0.1:${port}/v1/opscore/internal/agent/notify`
  const env = { OPSCORE_WEBHOOK_URL: webhook, OPSCORE_WEBHOOK_SECRET: SECRET }
  return resources.use(await startProcess('agentkit', { port: await freePort(), dataDir, env }))
}

/** Sometimes it is killed once more in the middle of its start. */
export async function endAndStart(victim: ServeProcess, dice: Dice, signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit> {
  const exit = await victim.end(signal)
  await pause(dice.between(0, 500))
  if (signal === 'SIGKILL' && dice.chance(0.25)) {
    const starting = victim.start().catch(() => {})
    await pause(dice.between(20, 600))
    await victim.end()
    await starting
  }
  await victim.start()
  return exit
}
