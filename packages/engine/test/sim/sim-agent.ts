/**
 * An agent of the simulation: reached or not, misbehaving on purpose, never losing what it means to say. What
 * it does with an attempt depends on the attempt's id alone.
 */

import type { AgentMessage, JsonObject, TaskAnswer } from '@opscore/contract'
import { DomainError } from '../../src/core/domain-error.ts'
import { parseAttemptId } from '../../src/core/session/state.ts'
import type { Engine } from '../../src/engine.ts'
import type { Connection } from './connection.ts'
import type { AcknowledgedReport } from './log-invariants.ts'
import type { AgentKind, Plan } from './sim-hands.ts'
import { createHands } from './sim-hands.ts'
import { type Dice, diceOf, type VirtualClock } from './virtual-world.ts'

/** What an agent will do with an attempt. */
export function planOf(seed: number, attemptId: string): Plan {
  const roll = diceOf(seed, attemptId).next()
  if (roll < 0.65) return 'completes'
  if (roll < 0.8) return 'fails'
  return roll < 0.9 ? 'is silent' : 'is late'
}

/** `reports`: it has accepted the message, and says the rest by its reports. `gone`: nobody is there any more. */
export type SimAnswer = TaskAnswer | 'reports' | 'gone'

export interface SimAgent {
  readonly kind: AgentKind
  /** Its network: nothing gets to it, nothing comes from it. */
  up: boolean
  registered: boolean
  /** Another one each time it has joined; `null` while it has not. */
  readonly life: number | null
  /** `life` is the one that the message was sent to. */
  receive(message: AgentMessage, life: number | null): void
  /** The same message to one that may answer with the outcome: what it answers, whenever that is. */
  ask(message: AgentMessage): Promise<SimAnswer>
  /** AgentKit asks, and hands the answer on. */
  askByAgentKit(message: AgentMessage): void
  has(attemptId: string): boolean
  /** It has no room for one more, or says so; a breach where it has said so and is asked again too early. */
  refuses(): { retryAfter: number | null } | null
  /** Registers, where it is not registered, and reports `idle`, both until they are acknowledged. */
  join(): Promise<void>
  leave(): Promise<void>
  /** Says `idle`, where that ends no attempt: a report that was heard late may have left it with another state. */
  greet(): Promise<void>
}

export interface AgentSurroundings {
  seed: number
  dice: Dice
  clock: VirtualClock
  /** To somebody who takes requests at this moment; throws where nobody does. */
  connect: () => Connection
  acknowledged: AcknowledgedReport[]
  /** What was acknowledged and could not be read then. */
  missed: string[]
}

type Request = (engine: Engine) => Promise<unknown>

export function createSimAgent(
  kind: AgentKind,
  { seed, dice, clock, connect, acknowledged, missed }: AgentSurroundings,
): SimAgent {
  const { agentId, echoes } = kind
  const seen = new Set<string>()
  /** By attempt: one that is asked for again is not done again. */
  const answers = new Map<string, Promise<SimAnswer>>()
  const hands = createHands({ kind, clock, missed })
  /** Rises when the agent leaves: what it was at is forgotten then. */
  let generation = 0
  /** Agents that name nothing work on one after the other, or nobody could tell their reports apart. */
  let inTurn = Promise.resolve()
  /** Tasks of one that names nothing, with the one it is at: it is not idle before they are done. */
  let queued = 0
  let owesIdle = false
  /** Its registration has been heard, and not that it leaves. */
  let settled = false
  let left: Promise<unknown> = Promise.resolve()
  let speaking: Promise<unknown> = Promise.resolve()

  /** One try, which ends with the process that it was made to, or after `patience`: it may be heard later all the same. */
  async function tryOnce(run: Request, patience: number | null): Promise<'taken' | 'refused' | 'failed'> {
    try {
      const { engine, lost } = connect()
      const taken = run(engine).then(() => 'taken' as const)
      const ends = patience === null ? [lost] : [lost, clock.sleep(patience)]
      return await Promise.race([taken, ...ends.map((end) => end.then(() => 'failed' as const))])
    } catch (error) {
      return error instanceof DomainError ? 'refused' : 'failed'
    }
  }

  /** Until somebody has it. */
  async function insist(run: Request, patience: number | null = null): Promise<boolean> {
    const mine = generation
    while (generation === mine) {
      const trying = agent.up ? tryOnce(run, patience) : Promise.resolve('failed' as const)
      speaking = trying
      const outcome = await trying
      if (outcome !== 'failed') return outcome === 'taken'
      await clock.sleep(dice.between(200, 1_500))
    }
    return false
  }

  /** Whoever names nothing is patient: what is heard of it twice, the second time late, could not be told apart. */
  async function report(state: string, details: JsonObject | null): Promise<void> {
    const timestamp = new Date(clock.now()).toISOString()
    const said = { agentId, state, timestamp, details }
    const mine = generation
    // Whoever works is not to say meanwhile that it is idle, after an error before.
    owesIdle = false
    hands.spoke(state)
    const taken = await insist((engine) => engine.reportState(agentId, said), echoes ? 5_000 : null)
    if (taken) acknowledged.push({ agentId, state, details })
    if (!taken || state !== 'error' || generation !== mine) return
    if (queued > 1) owesIdle = true
    else await report('idle', null)
  }

  /** Whatever process is asked knows it from then on. */
  async function isKnown(): Promise<void> {
    const mine = generation
    try {
      const { engine, lost } = connect()
      await Promise.race([engine.agentState(agentId), lost])
    } catch (error) {
      const isMissed = error instanceof DomainError && generation === mine && agent.registered
      if (isMissed) missed.push(`read: ${agentId} has registered and is not known`)
    }
  }

  /** Says the outcome directly rather than by its state. */
  async function conclude(attemptId: string, plan: Plan): Promise<void> {
    const { taskId } = parseAttemptId(attemptId) ?? { taskId: '' }
    const outcome =
      plan === 'fails' ? { error: { code: 'SCRIPTED', message: 'By its script' } } : { result: { did: attemptId } }
    await insist((engine) => engine.concludeTask(taskId, { attemptId, ...outcome }), 5_000)
  }

  /** By its own clock: who sent it may have another one. */
  const deadlineOf = ({ payload, timestamp }: Pick<AgentMessage, 'payload' | 'timestamp'>): number =>
    clock.now() + Date.parse(String(payload.deadline)) - Date.parse(String(timestamp))

  const about = (attemptId: string, details: JsonObject): JsonObject =>
    echoes ? { ...details, opscore_task_id: attemptId } : details

  async function work(attemptId: string, deadline: number, mine: number): Promise<void> {
    const plan = kind.always ?? planOf(seed, attemptId)
    const own = diceOf(seed + 1, attemptId)
    const ending = plan === 'fails' ? 'error' : own.chance(0.5) ? 'idle' : 'finished'
    const details: JsonObject = plan === 'fails' ? { errorCode: 'SCRIPTED' } : { result: { did: attemptId } }
    const direct = echoes && diceOf(seed + 2, attemptId).chance(0.1)
    const end = () => (direct ? conclude(attemptId, plan) : report(ending, about(attemptId, details)))
    const active = () => report('active', about(attemptId, {}))
    // What one that names nothing says of an attempt that is given up by then, or that it forgot when it left, would be
    // taken for what it has been given since.
    const isMeant = () => echoes || (generation === mine && clock.now() <= deadline)
    if (!isMeant()) return
    if (plan === 'is silent') return own.chance(0.5) ? active() : undefined
    hands.willEnd(attemptId)
    if (!echoes) {
      await active()
      await clock.sleep(own.between(10, 2_000))
      return isMeant() ? end() : undefined
    }
    const overtakes = own.chance(0.2)
    const late = plan === 'is late' ? Math.max(0, deadline - clock.now()) + own.between(1, 20_000) : 0
    const beginning = overtakes ? clock.sleep(own.between(2_000, 5_000)).then(active) : active()
    await clock.sleep(late + (kind.takes ?? own.between(10, 2_000)))
    // Some end on the stroke of a second, so that branches of a session end together.
    if (own.chance(0.4)) await clock.sleep(1_000 - (clock.now() % 1_000))
    hands.drop(attemptId)
    await Promise.all([beginning, end(), ...Array.from({ length: own.chance(0.3) ? own.between(1, 3) : 0 }, end)])
  }

  /** What it answers an attempt with; how it goes about that depends on the attempt alone. */
  async function answerTo(attemptId: string, deadline: number, mine: number): Promise<SimAnswer> {
    const plan = kind.always ?? planOf(seed, attemptId)
    const own = diceOf(seed + 1, attemptId)
    const way = kind.answers === 'alone' ? 1 : diceOf(seed + 3, attemptId).next()
    if (way < 0.15) {
      void work(attemptId, deadline, mine)
      return 'reports'
    }
    if (plan === 'is silent') return new Promise(() => {})
    hands.willEnd(attemptId)
    if (way < 0.4) void report('active', about(attemptId, {}))
    const late = plan === 'is late' ? Math.max(0, deadline - clock.now()) + own.between(1, 20_000) : 0
    await clock.sleep(late + (kind.takes ?? own.between(10, 8_000)))
    if (own.chance(0.4)) await clock.sleep(1_000 - (clock.now() % 1_000))
    if (generation !== mine) return 'gone'
    hands.drop(attemptId)
    hands.spoke('finished')
    const isFailure = plan === 'fails'
    const details: JsonObject = isFailure ? { errorCode: 'SCRIPTED' } : { result: { did: attemptId } }
    // An answer and a report of the same end race each other.
    if (way < 0.5) void report(isFailure ? 'error' : 'idle', about(attemptId, details))
    if (isFailure) return { opscore_task_id: attemptId, status: 'failed', error: { code: 'SCRIPTED' } }
    return { opscore_task_id: attemptId, status: 'completed', result: { did: attemptId } }
  }

  async function workInTurn(attemptId: string, deadline: number, mine: number): Promise<void> {
    if (generation !== mine) return
    await work(attemptId, deadline, mine)
    if (generation !== mine) return
    queued -= 1
    if (queued > 0 || !owesIdle) return
    owesIdle = false
    await report('idle', null)
  }

  const agent: SimAgent = {
    kind,
    up: true,
    registered: false,
    get life() {
      return settled ? generation : null
    },
    receive({ opscore_task_id, payload, timestamp }, life) {
      const attemptId = opscore_task_id ?? ''
      // One that names nothing would speak of what it was given before it left beside what it still has to say.
      if (seen.has(attemptId) || (!echoes && (!settled || life !== generation))) return
      seen.add(attemptId)
      const deadline = deadlineOf({ payload, timestamp })
      const mine = generation
      hands.take(attemptId, deadline)
      if (echoes) return void work(attemptId, deadline, mine)
      queued += 1
      inTurn = inTurn.then(() => workInTurn(attemptId, deadline, mine))
    },
    ask(message) {
      const attemptId = message.opscore_task_id ?? ''
      const known = answers.get(attemptId)
      if (known) return known
      seen.add(attemptId)
      const deadline = deadlineOf(message)
      hands.take(attemptId, deadline)
      const answer = answerTo(attemptId, deadline, generation)
      answers.set(attemptId, answer)
      return answer
    },
    askByAgentKit(message) {
      const attemptId = message.opscore_task_id ?? ''
      void agent.ask(message).then((answer) => {
        if (answer === 'reports' || answer === 'gone') return
        return insist((engine) => engine.taskAnswered({ attemptId, agentId, answer }), 5_000)
      })
    },
    has: (attemptId) => seen.has(attemptId),
    refuses: hands.refuse,
    async join() {
      if (agent.registered) return
      const details = {
        agentId,
        agentName: agentId,
        version: '1',
        capabilities: kind.capabilities,
        contactEndpoint: `http://${agentId}`,
        metadata: { config: { maxConcurrency: kind.room, ...(kind.answers ? { answers: 'result' } : {}) } },
      }
      agent.registered = true
      const mine = generation
      // Before it is out of the registry its first `idle` would be the end of what it forgot.
      inTurn = left
        .then(() => insist((engine) => engine.registerAgent(details)))
        .then((taken) => {
          if (!taken || generation !== mine) return
          settled = true
          return kind.answers === 'alone' ? undefined : report('idle', null)
        })
      await inTurn
      // Who left meanwhile was told of no registration.
      if (generation === mine) await isKnown()
    },
    async leave() {
      agent.registered = false
      settled = false
      generation += 1
      hands.empty()
      answers.clear()
      inTurn = Promise.resolve()
      queued = 0
      owesIdle = false
      left = (echoes ? Promise.resolve() : speaking).then(() => insist((engine) => engine.deregisterAgent(agentId)))
      await left
    },
    async greet() {
      if (echoes && agent.registered && kind.answers !== 'alone') await report('idle', null)
    },
  }
  return agent
}
