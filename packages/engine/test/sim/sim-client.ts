/**
 * People of the simulation: they trigger sessions, many under an idempotency key that they repeat, and cancel, pause,
 * resume, retry, conclude and adopt what they find.
 */
import type { JsonObject } from '@opscore/contract'
import { DomainError } from '../../src/core/domain-error.ts'
import type { Engine } from '../../src/engine.ts'
import type { Store } from '../../src/ports/store.ts'
import type { Connection } from './connection.ts'
import { SIGNALS } from './random-workflow.ts'
import type { Dice, VirtualClock } from './virtual-world.ts'

export interface ClientRecord {
  /** Sessions whose trigger was acknowledged. */
  triggered: string[]
  /** The sessions that each idempotency key was answered with. */
  keys: Map<string, Set<string>>
  /** Signals that were acknowledged: by session, their ids. */
  signalled: Map<string, Set<string>>
  /** Decisions that were acknowledged. */
  decided: { approvalId: string; keyId: string; decision: string }[]
  /** Tasks that a person said the outcome of. */
  concluded: Set<string>
  /** Sessions that were acknowledged and could not be read then. */
  missed: string[]
}

interface Surroundings {
  dice: Dice
  clock: VirtualClock
  store: Store
  /** To somebody who takes requests; throws where nobody does. */
  connect: () => Connection
}

const PATIENCE = 10_000
const DAY = 24 * 3_600_000

/** The result that a person says of a task. */
export const saidOf = (taskId: string): JsonObject => ({ said: taskId })

export function createSimClient({ dice, clock, store, connect }: Surroundings) {
  const record: ClientRecord = {
    triggered: [],
    keys: new Map(),
    concluded: new Set(),
    missed: [],
    signalled: new Map(),
    decided: [],
  }
  const engine = (): Engine => connect().engine
  let signals = 0

  async function ask(definition: JsonObject, agentId: string, key: string | null): Promise<boolean> {
    try {
      const once = key === null ? {} : { once: { key, fingerprint: key, expiresAt: clock.now() + DAY } }
      const metadata: JsonObject = key === null ? {} : { key }
      const answer = engine().trigger({ agentId, workflow: { definition }, input: null, metadata, ...once })
      const acknowledged = await Promise.race([answer, clock.sleep(PATIENCE)])
      if (!acknowledged) return false
      record.triggered.push(acknowledged.sessionId)
      if (key !== null) record.keys.set(key, (record.keys.get(key) ?? new Set()).add(acknowledged.sessionId))
      void isKnown(acknowledged.sessionId)
      return true
    } catch {
      // Down, unavailable, or the agent is not registered at that moment: nobody was promised anything.
      return false
    }
  }

  /** Whatever process is asked knows it from then on. */
  async function isKnown(sessionId: string): Promise<void> {
    try {
      await engine().session(sessionId)
    } catch (error) {
      if (error instanceof DomainError) record.missed.push(`read: ${sessionId} was acknowledged and is not known`)
    }
  }

  /** With a key it is repeated a few times, answered or not: at once, or after the process has come back. */
  async function trigger(definition: JsonObject, agentId: string, key: string | null): Promise<void> {
    await ask(definition, agentId, key)
    if (key === null) return
    for (let again = dice.between(0, 3); again > 0; again -= 1) {
      await clock.sleep(dice.between(0, 4_000))
      await ask(definition, agentId, key)
    }
  }

  async function conclude(sessionId: string): Promise<void> {
    const tasks = (await store.loadSession(sessionId))?.state.tasks.filter((task) => task?.attempts.length) ?? []
    const task = tasks.length === 0 ? undefined : dice.pick(tasks)
    if (!task) return
    record.concluded.add(task.taskId)
    await engine().concludeTask(task.taskId, { attemptId: null, result: saidOf(task.taskId) })
  }

  async function adopt(sessionId: string): Promise<void> {
    const tasks = (await store.loadSession(sessionId))?.state.tasks ?? []
    for (const task of tasks) if (task?.lateResults.length) await engine().adoptResult(task.taskId, null)
  }

  /** Said again where the answer is lost: its id counts once. */
  async function signal(sessionId: string): Promise<void> {
    const id = `signal-${signals}`
    signals += 1
    const name = dice.pick(SIGNALS)
    for (let tries = dice.between(1, 3); tries > 0; tries -= 1) {
      try {
        const sent = engine().signalSession(sessionId, { id, name, payload: { id } })
        const taken = await Promise.race([sent, clock.sleep(PATIENCE)])
        if (taken) record.signalled.set(sessionId, (record.signalled.get(sessionId) ?? new Set()).add(id))
      } catch {
        // Over, full, or nobody took it.
      }
    }
  }

  /** Whoever looks into the inbox decides, two of them at once now and then. */
  async function decide(): Promise<void> {
    const { items } = await engine().approvals({ limit: 10 })
    const open = items.length === 0 ? undefined : dice.pick(items)
    if (!open) return
    const { approvalId } = open
    const people = dice.chance(0.5) ? ['anna', 'ben'] : [dice.pick(['anna', 'ben', 'chief'])]
    await Promise.all(
      people.map(async (keyId) => {
        const decision = dice.pick(['approved', 'approved', 'rejected', 'edited'] as const)
        const request = decision === 'edited' ? { decision, content: { by: keyId } } : { decision }
        const by = { keyId, name: keyId, scopes: ['approve'] }
        const said = engine()
          .decideApproval(approvalId, request, by)
          .catch(() => null)
        const taken = await Promise.race([said, clock.sleep(PATIENCE).then(() => null)])
        if (taken) record.decided.push({ approvalId, keyId, decision })
      }),
    )
  }

  async function control(sessionId: string): Promise<void> {
    const roll = dice.next()
    const reason = 'The simulation wants it'
    if (roll < 0.2) return engine().controlSession(sessionId, { type: 'cancel', reason })
    if (roll < 0.45) return engine().controlSession(sessionId, { type: 'retry' })
    if (roll < 0.55) return conclude(sessionId)
    if (roll < 0.65) return adopt(sessionId)
    await engine().controlSession(sessionId, { type: 'pause', reason })
    await clock.sleep(dice.between(0, 20_000))
    return engine().controlSession(sessionId, { type: 'resume' })
  }

  return {
    record,
    trigger,
    /** What the world tells a session that waits for it, or one that may later; or what somebody decides. */
    async speak(): Promise<void> {
      if (dice.chance(0.6)) return decide().catch(() => {})
      const recent = record.triggered.slice(-10)
      const states = await Promise.all(recent.map((sessionId) => store.loadSession(sessionId).catch(() => null)))
      const waiting = recent.filter((_, index) =>
        states[index]?.state.tasks.some((task) => task?.status === 'running' && task.attempts.at(-1)?.waiting?.signals),
      )
      const sessionId = waiting.length > 0 && dice.chance(0.8) ? dice.pick(waiting) : recent.at(-1)
      if (sessionId) await signal(sessionId)
    },
    /** Does something to a session, most likely one that has just begun; what does not fit is refused. */
    async meddle(): Promise<void> {
      const { triggered } = record
      const sessionId = dice.chance(0.7) ? triggered.at(-1) : triggered.length > 0 ? dice.pick(triggered) : undefined
      if (sessionId) await control(sessionId).catch(() => {})
    },
  }
}

/** One key, one effect (reliability.md, 13). */
export async function keyBreaches({ keys }: ClientRecord, store: Store): Promise<string[]> {
  const { items } = await store.listSessions({}, { limit: 100_000 })
  const loaded = await Promise.all(items.map(({ sessionId }) => store.loadSession(sessionId)))
  const made = Map.groupBy(
    loaded.flatMap((session) => session?.state.head.metadata.key ?? []),
    String,
  )
  return [
    ...[...made].flatMap(([key, all]) => (all.length > 1 ? [`13: ${key} made ${all.length} sessions`] : [])),
    ...[...keys].flatMap(([key, all]) => (all.size > 1 ? [`13: ${key} was answered with ${all.size} sessions`] : [])),
  ]
}
