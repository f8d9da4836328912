import type { AgentMessage } from '@opscore/contract'
import type { AgentLink, Delivery } from '../../src/ports/agent-link.ts'
import type { StoreFaults } from './faulty-store.ts'
import { type Life, never, running } from './life.ts'
import type { SimAgent } from './sim-agent.ts'
import type { Dice, VirtualClock } from './virtual-world.ts'

const UNREACHABLE: Delivery = { outcome: 'failed', retryable: true, reached: false, reason: 'no connection' }
const BROKEN: Delivery = {
  outcome: 'failed',
  retryable: true,
  reached: false,
  lost: true,
  reason: 'reset after the message',
}
/** What is said of every refusal for want of room: no attempt may fail of it. */
export const REFUSAL = 'answered 503'
const BUSY: Delivery = { outcome: 'refused', retryAfter: null, reason: REFUSAL }
const REFUSED: Delivery = { outcome: 'failed', retryable: false, reached: true, reason: 'answered 400' }
const TAKEN: Delivery = { outcome: 'accepted', via: 'direct' }
const BY_AGENTKIT: Delivery = { outcome: 'accepted', via: 'agentkit' }

/** The way to the simulated agents as one life of the engine has it: slow, doubling, failing, silent for its time-out. */
export function createSimLink(parts: {
  agents: ReadonlyMap<string, SimAgent>
  clock: VirtualClock
  dice: Dice
  faults: StoreFaults
  life: Life
}): AgentLink {
  const { agents, clock, dice, faults, life } = parts

  /** A process that has ended hears nothing; a message that was on its way arrives all the same. */
  async function answer(delivery: Delivery): Promise<Delivery> {
    if (dice.chance(0.5)) await clock.sleep(dice.between(1, 300))
    if (life.stopped) await running(life)
    return life.over ? never() : delivery
  }

  /** Waits for what the agent answers; the connection may fail meanwhile, and the answer may be nonsense. */
  async function askFor(agent: SimAgent, message: AgentMessage, within: number): Promise<Delivery> {
    const patience = faults.on && dice.chance(0.1) ? Math.min(within, dice.between(0, 6_000)) : within
    const heard = await Promise.race([agent.ask(message), clock.sleep(patience).then(() => 'gone' as const)])
    if (heard === 'gone' || !agent.up || (faults.on && dice.chance(0.1))) return answer(BROKEN)
    if (heard === 'reports' || (faults.on && dice.chance(0.03))) return answer(TAKEN)
    return answer({ outcome: 'answered', answer: heard, bytes: 100 })
  }

  return {
    async deliver({ agentId, message, answerWithin }) {
      if (life.stopped) await running(life)
      if (life.over) return never()
      const agent = agents.get(agentId)
      const called = agent?.life ?? null
      await clock.sleep(dice.between(0, 50))
      if (!agent?.up) return answer(UNREACHABLE)
      const isAgain = agent.has(message.opscore_task_id ?? '')
      if (isAgain && answerWithin === undefined) return answer(TAKEN)
      const fate = faults.on ? dice.next() : 1
      if (fate < 0.03) return answer(BUSY)
      if (fate < 0.04) return answer(REFUSED)
      if (fate < 0.07) {
        await clock.sleep(10_000)
        return answer(UNREACHABLE)
      }
      const refusal = isAgain ? null : agent.refuses()
      if (refusal) return answer({ outcome: 'refused', ...refusal, reason: REFUSAL })
      if (answerWithin !== undefined && fate < 0.25) {
        agent.askByAgentKit(message)
        return answer(BY_AGENTKIT)
      }
      if (answerWithin !== undefined) return askFor(agent, message, answerWithin)
      agent.receive(message, called)
      if (fate < 0.12) agent.receive(message, called)
      // Whoever names nothing cannot be told apart from the attempt that follows.
      if (fate > 0.12 && fate < 0.15 && agent.kind.echoes) return answer(BROKEN)
      return answer(TAKEN)
    },
    async probe(endpoint) {
      if (life.stopped) await running(life)
      if (life.over) return never()
      await clock.sleep(dice.between(0, 50))
      return agents.get(new URL(endpoint).hostname)?.up ?? false
    },
    async close() {},
  }
}
