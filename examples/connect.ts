/** What every example needs: a client, agents that are gone afterwards, and the end of a session. */
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { SessionView, WorkflowDefinition } from '@opscore/contract'
import { AgentKitClient, OpsCoreClient } from '@opscore/sdk'
import { type Agent, type AgentOptions, createAgent } from '@opscore/sdk/agent'
import { parse } from 'yaml'

const opsCoreUrl = process.env.OPSCORE_API_URL ?? 'http://127.0.0.1:8000'
const agentKitUrl = process.env.AGENTKIT_API_URL ?? 'http://127.0.0.1:8001'
const apiKey = process.env.OPSCORE_API_KEY ?? (await readFile('.opscore/api-key', 'utf8')).trim()

export const opsCore = new OpsCoreClient({ url: opsCoreUrl, apiKey })
export const agentKit = new AgentKitClient({ url: agentKitUrl })

type ExampleAgent = Pick<AgentOptions, 'tasks'> & Partial<AgentOptions>

/** An agent with a name of its own in each run; disposing of it stops it and removes it from the registry. */
export async function startAgent(
  name: string,
  options: ExampleAgent,
): Promise<Pick<Agent, 'agentId' | 'name'> & AsyncDisposable> {
  const urls = { opsCoreUrl, agentKitUrl, apiKey }
  const agent = await createAgent({ name: `${name}-${process.pid}`, capabilities: [], ...urls, ...options })
  return {
    agentId: agent.agentId,
    name,
    async [Symbol.asyncDispose]() {
      await agent.close()
      await agentKit.deleteAgent(agent.agentId)
    },
  }
}

/** The definition that lies beside an example. */
export async function readWorkflow(example: ImportMeta): Promise<WorkflowDefinition> {
  return parse(await readFile(new URL('workflow.yaml', example.url), 'utf8'))
}

/** Resolves once AgentKit has told Ops-Core of the agent. */
export async function known(agentId: string): Promise<void> {
  while ((await opsCore.agents.get(agentId).catch(() => null)) === null) await setTimeout(50)
}

/** The session once it has ended, one way or another. */
export async function ended(sessionId: string): Promise<SessionView> {
  for (;;) {
    const session = await opsCore.sessions.get(sessionId)
    if (session.endTime !== null) return session
    await setTimeout(50)
  }
}

/** Prints what became of each task, then of the session. */
export function show({ status, result, error, tasks }: SessionView): void {
  for (const task of tasks) {
    const failures = task.attempts.flatMap((attempt) => attempt.error?.code ?? [])
    console.log(`  ${task.taskDefinitionId}: ${[task.status, ...failures].join(', ')}`)
  }
  console.log(`${status}: ${JSON.stringify(error ? error.code : result)}`)
}
