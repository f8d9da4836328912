/** A real Ops-Core with real agents around it, for tests of what people and agents do to sessions. */
import type { JsonObject, SessionView, TaskView } from '@opscore/contract'
import { API_KEY, type RunningOpsCore, startTestOpsCore } from './ops-core.ts'
import { startTestAgent, type TestAgent } from './test-agent.ts'

type AgentScript = Partial<Pick<Parameters<typeof startTestAgent>[0], 'work' | 'status'>>
type Details = Parameters<TestAgent['register']>[0]

export interface Fleet extends AsyncDisposable {
  opsCore: RunningOpsCore
  /** Registers an agent and reports it `idle`; `state: null` leaves it as it is registered. */
  agent(agentId: string, options?: AgentScript & Details & { state?: string | null }): Promise<TestAgent>
  post(path: string, body?: unknown): Promise<{ status: number; body: JsonObject }>
  session(sessionId: string): Promise<SessionView>
  /** Triggers and waits until the first task is in this status: its session and the task. */
  started(agentId: string, definition: JsonObject, status?: string): Promise<{ sessionId: string; task: TaskView }>
  /** Asks until there is an answer. */
  until<T>(ask: () => Promise<T | undefined | false>): Promise<T>
}

export async function startFleet(storage: 'memory' | 'sqlite', env: Record<string, string> = {}): Promise<Fleet> {
  const opsCore = await startTestOpsCore(storage, env)
  const agents: TestAgent[] = []
  const session = (sessionId: string) => opsCore.get<SessionView>(`/v1/opscore/session/${sessionId}`)
  return {
    opsCore,
    session,
    until,
    async agent(agentId, { work, status, state = 'idle', ...details } = {}) {
      const script = { ...(work ? { work } : {}), ...(status ? { status } : {}) }
      const agent = await startTestAgent({ agentId, opsCore: opsCore.url, apiKey: API_KEY, ...script })
      agents.push(agent)
      await agent.register(details)
      if (state !== null) await agent.report(state)
      return agent
    },
    post: (path, body) => opsCore.call('POST', path, body),
    async started(agentId, definition, status = 'running') {
      const { sessionId } = await opsCore.trigger(agentId, definition)
      const task = await until(async () => {
        const [first] = (await session(sessionId)).tasks
        return first?.status === status && first
      })
      return { sessionId, task }
    },
    async [Symbol.asyncDispose]() {
      for (const agent of agents) await agent.close()
      await opsCore[Symbol.asyncDispose]()
    },
  }
}

/** An agent's script: takes the task, says so, and never ends it. */
export const hold: NonNullable<AgentScript['work']> = async ({ messageType, opscore_task_id }, { report }) => {
  if (messageType === 'workflow_task') await report('active', { opscore_task_id })
}

async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error('What the test waits for does not come')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
