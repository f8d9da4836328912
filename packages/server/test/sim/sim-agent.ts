/**
 * An agent of the simulation: reached or not, misbehaving on purpose, never losing a report that it means to send. What
 * it does with an attempt depends on the attempt's id alone.
 */
import type { AgentMessage, JsonObject } from '@opscore/contract'
import { DomainError } from '../../src/core/domain-error.ts'
import type { Engine } from '../../src/engine/engine.ts'
import type { AcknowledgedReport } from './log-invariants.ts'
import { type Dice, diceOf, type VirtualClock } from './virtual-world.ts'

export type Plan = 'completes' | 'fails' | 'is silent' | 'is late'

/** What an agent will do with an attempt. */
export function planOf(seed: number, attemptId: string): Plan {
  const roll = diceOf(seed, attemptId).next()
  if (roll < 0.65) return 'completes'
  if (roll < 0.8) return 'fails'
  return roll < 0.9 ? 'is silent' : 'is late'
}

export interface AgentKind {
  agentId: string
  capabilities: string[]
  room: number
  /** Names the attempt in its reports, as the SDK's agents do. */
  echoes: boolean
}

export interface SimAgent {
  readonly kind: AgentKind
  /** Its network: nothing gets to it, nothing comes from it. */
  up: boolean
  registered: boolean
  receive(message: AgentMessage): void
  has(attemptId: string): boolean
  /** Registers, where it is not registered, and reports `idle`, both until they are acknowledged. */
  join(): Promise<void>
  leave(): Promise<void>
}

export interface AgentSurroundings {
  seed: number
  dice: Dice
  clock: VirtualClock
  /** The engine that lives at this moment. */
  engine: () => Engine
  acknowledged: AcknowledgedReport[]
}

export function createSimAgent(
  kind: AgentKind,
  { seed, dice, clock, engine, acknowledged }: AgentSurroundings,
): SimAgent {
  const { agentId, echoes } = kind
  const seen = new Set<string>()
  /** Rises when the agent leaves: what it was at is forgotten then. */
  let generation = 0
  /** Agents that name nothing work on one after the other, or nobody could tell their reports apart. */
  let inTurn = Promise.resolve()
  let left: Promise<unknown> = Promise.resolve()

  /** Until the engine has it; a process that dies meanwhile answers nothing, so each try has an end. */
  async function insist(run: () => Promise<unknown>): Promise<boolean> {
    const mine = generation
    while (generation === mine) {
      if (agent.up) {
        const tried = run().then(
          () => true as const,
          (error: unknown) => error,
        )
        const answer = await Promise.race([tried, clock.sleep(5_000)])
        if (answer === true) return true
        if (answer instanceof DomainError) return false
      }
      await clock.sleep(dice.between(200, 1_500))
    }
    return false
  }

  async function report(state: string, details: JsonObject | null): Promise<void> {
    const timestamp = new Date(clock.now()).toISOString()
    const taken = await insist(async () => engine().reportState(agentId, { agentId, state, timestamp, details }))
    if (taken) acknowledged.push({ agentId, state, details })
    if (taken && state === 'error') await report('idle', null)
  }

  const about = (attemptId: string, details: JsonObject): JsonObject =>
    echoes ? { ...details, opscore_task_id: attemptId } : details

  async function work(attemptId: string, deadline: number): Promise<void> {
    const plan = planOf(seed, attemptId)
    const own = diceOf(seed + 1, attemptId)
    const ending = plan === 'fails' ? 'error' : own.chance(0.5) ? 'idle' : 'finished'
    const details: JsonObject = plan === 'fails' ? { errorCode: 'SCRIPTED' } : { result: { did: attemptId } }
    const end = () => report(ending, about(attemptId, details))
    const active = () => report('active', about(attemptId, {}))
    if (plan === 'is silent') return own.chance(0.5) ? active() : undefined
    if (!echoes) {
      await active()
      const mine = generation
      await clock.sleep(own.between(10, 2_000))
      // What it forgot when it left would be taken for the end of what it has been given since.
      return generation === mine ? end() : undefined
    }
    const overtakes = own.chance(0.2)
    const late = plan === 'is late' ? Math.max(0, deadline - clock.now()) + own.between(1, 20_000) : 0
    const beginning = overtakes ? clock.sleep(own.between(2_000, 5_000)).then(active) : active()
    await clock.sleep(late + own.between(10, 2_000))
    // Some end on the stroke of a second, so that branches of a session end together.
    if (own.chance(0.4)) await clock.sleep(1_000 - (clock.now() % 1_000))
    await Promise.all([beginning, end(), ...Array.from({ length: own.chance(0.3) ? own.between(1, 3) : 0 }, end)])
  }

  const agent: SimAgent = {
    kind,
    up: true,
    registered: false,
    receive({ opscore_task_id, payload }) {
      const attemptId = opscore_task_id ?? ''
      if (seen.has(attemptId)) return
      seen.add(attemptId)
      const deadline = Date.parse(String(payload.deadline))
      if (echoes) void work(attemptId, deadline)
      else inTurn = inTurn.then(() => work(attemptId, deadline))
    },
    has: (attemptId) => seen.has(attemptId),
    async join() {
      if (agent.registered) return
      const details = {
        agentId,
        agentName: agentId,
        version: '1',
        capabilities: kind.capabilities,
        contactEndpoint: `http://${agentId}`,
        metadata: { config: { maxConcurrency: kind.room } },
      }
      agent.registered = true
      // Before it is out of the registry its first `idle` would be the end of what it forgot.
      inTurn = left
        .then(() => insist(async () => engine().registerAgent(details)))
        .then((taken) => (taken ? report('idle', null) : undefined))
      await inTurn
    },
    async leave() {
      agent.registered = false
      generation += 1
      inTurn = Promise.resolve()
      left = insist(async () => engine().deregisterAgent(agentId))
      await left
    },
  }
  return agent
}
