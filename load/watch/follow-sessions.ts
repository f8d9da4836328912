import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { wait } from '@opscore/contract/time'
import { OpsCoreClient, OpsCoreError } from '@opscore/sdk'
import type { Target } from '../stand/target.ts'

export interface FollowedSession {
  sessionId: string
  /** `missing` where its start was acknowledged and it is not there. */
  status: string
  /** From its start to its end, in milliseconds. */
  duration?: number
  /** Of one that has not ended: what it waits for. */
  waitsFor?: string
}

const AT_ONCE = 16

/** The sessions whose start was acknowledged, as Locust's processes have written them down. */
export async function startedSessions(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => /^sessions-\d+\.txt$/.test(name))
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => text.split('\n').filter(Boolean))
}

/**
 * Asks for each session until it has ended, or `patience` milliseconds are over. `undefined` where the server has no
 * sessions to ask for.
 */
export async function followSessions(
  target: Target,
  sessionIds: readonly string[],
  { patience, signal }: { patience: number; signal: AbortSignal },
): Promise<FollowedSession[] | undefined> {
  const client = new OpsCoreClient({ url: target.url, apiKey: target.apiKey })
  const [first] = sessionIds
  if (first === undefined) return []
  if (!(await hasSessions(target))) return undefined
  const deadline = performance.now() + patience
  const followed = new Map<string, FollowedSession>()
  let open = sessionIds
  for (;;) {
    await inTurn(open, async (sessionId) => {
      followed.set(sessionId, await look(client, sessionId, signal))
    })
    open = open.filter((sessionId) => isOpen(followed.get(sessionId)))
    if (open.length === 0 || performance.now() > deadline) break
    await wait(500, { signal })
  }
  for (const sessionId of open.slice(0, 10)) {
    const { causes } = await client.sessions.explain(sessionId, { signal })
    const entry = followed.get(sessionId)
    if (entry) entry.waitsFor = JSON.stringify(causes).slice(0, 500)
  }
  return [...followed.values()]
}

const isOpen = (session: FollowedSession | undefined): boolean =>
  session !== undefined && session.duration === undefined && session.status !== 'missing'

/** A list is there, whatever is in it. */
async function hasSessions({ url, apiKey }: Target): Promise<boolean> {
  const answer = await fetch(`${url}/v1/opscore/session?limit=1`, { headers: { authorization: `Bearer ${apiKey}` } })
  return answer.ok
}

async function look(client: OpsCoreClient, sessionId: string, signal: AbortSignal): Promise<FollowedSession> {
  try {
    const { status, startTime, endTime } = await client.sessions.get(sessionId, { signal })
    const ended = endTime === null ? {} : { duration: Date.parse(endTime) - Date.parse(startTime) }
    return { sessionId, status, ...ended }
  } catch (error) {
    if (error instanceof OpsCoreError && error.status === 404) return { sessionId, status: 'missing' }
    throw error
  }
}

async function inTurn(ids: readonly string[], task: (id: string) => Promise<void>): Promise<void> {
  const left = ids.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const id of left) await task(id)
    }),
  )
}
