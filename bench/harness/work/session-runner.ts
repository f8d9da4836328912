import { OpsCoreClient } from '@opscore/sdk'
import type { ApiCalls } from './fleet.ts'

/** How long a session may take before the run is given up, in milliseconds. */
const PATIENCE = 600_000

/** Triggers sessions and hears of their ends, as a client of the API does. */
export interface SessionRunner extends AsyncDisposable {
  /** Runs `count` sessions, `atOnce` open at a time. Throws where one does not complete. */
  run(count: number, atOnce: number): Promise<void>
}

export async function createSessionRunner(options: {
  url: string
  apiKey: string
  api: ApiCalls
  agentIds: readonly string[]
  workflowId: string
}): Promise<SessionRunner> {
  const { url, apiKey, api, agentIds, workflowId } = options
  const ended = new Map<string, string>()
  const waiting = new Map<string, (end: string) => void>()
  const stop = new AbortController()
  const open = Promise.withResolvers<void>()
  const watching = watch()
  await Promise.race([open.promise, watching])

  async function watch(): Promise<void> {
    const client = new OpsCoreClient({ url, apiKey })
    const filters = { type: ['session.completed', 'session.failed'] } as const
    for await (const event of client.events({ filters, signal: stop.signal, onOpen: open.resolve })) {
      if (event.type === 'resync' || event.sessionId === undefined) continue
      const hear = waiting.get(event.sessionId)
      if (hear === undefined) ended.set(event.sessionId, event.type)
      else hear(event.type)
    }
  }

  async function runOne(agentId: string): Promise<void> {
    const path = `/v1/opscore/agent/${agentId}/workflow`
    const started = await api.post(path, { workflowDefinitionId: workflowId }, 202)
    const sessionId = sessionIdOf(started)
    const end = ended.get(sessionId) ?? (await endOf(sessionId))
    ended.delete(sessionId)
    if (end !== 'session.completed') throw new Error(`Session ${sessionId} ended with ${end}`)
  }

  async function endOf(sessionId: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const giveUp = setTimeout(() => reject(new Error(`Session ${sessionId} has not ended`)), PATIENCE)
    waiting.set(sessionId, resolve)
    try {
      return await promise
    } finally {
      clearTimeout(giveUp)
      waiting.delete(sessionId)
    }
  }

  return {
    async run(count, atOnce) {
      let next = 0
      async function work(): Promise<void> {
        while (next < count) {
          const agentId = agentIds[next % agentIds.length] ?? ''
          next += 1
          await runOne(agentId)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, work))
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await watching
    },
  }
}

function sessionIdOf(started: unknown): string {
  if (typeof started === 'object' && started !== null && 'sessionId' in started) return String(started.sessionId)
  throw new Error(`A trigger was answered without a session: ${JSON.stringify(started)}`)
}
