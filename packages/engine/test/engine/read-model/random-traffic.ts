import type { JsonObject } from '@opscore/contract'
import { createEngine } from '../../../src/create-engine.ts'
import type { Engine } from '../../../src/engine.ts'
import { createLocalBroadcast } from '../../../src/local/local-broadcast.ts'
import { systemClock } from '../../../src/local/system-clock.ts'
import { systemIds } from '../../../src/local/system-ids.ts'
import { createTimerWakeQueue } from '../../../src/local/timer-wake-queue.ts'
import type { Store } from '../../../src/ports/store.ts'
import { createDice, type Dice } from '../../sim/virtual-world.ts'
import { silentLog } from '../silent-log.ts'

const DAY = 24 * 3_600_000

/** An engine in real time whose agents take every message and say nothing by themselves, but for those that cannot be reached. */
export async function startSilentFleet(store: Store): Promise<Engine> {
  const engine = createEngine({
    store,
    link: {
      deliver: async ({ agentId }) =>
        agentId.endsWith('3')
          ? { outcome: 'failed', retryable: true, reached: false, reason: 'It is away' }
          : { outcome: 'accepted', via: 'direct' },
      probe: async () => false,
      close: async () => {},
    },
    clock: systemClock,
    ids: systemIds,
    wakeQueue: createTimerWakeQueue({ clock: systemClock }),
    broadcast: createLocalBroadcast(),
    log: silentLog,
    retention: { agentEvents: DAY, sessions: DAY },
  })
  await engine.start()
  return engine
}

const STATES = ['idle', 'active', 'error', 'finished', 'maintenance', 'thinking', 'idle']
const CAPABILITIES = ['write', 'draw', 'sing']

/** Some hundred things that agents and people do, in an order that the seed decides. */
export async function playTraffic(engine: Engine, seed: number, steps = 400): Promise<void> {
  const dice = createDice(seed)
  const sessions: string[] = []
  const agent = () => `agent-${dice.between(0, 11)}`
  for (let step = 0; step < steps; step++) {
    await refusable(act(engine, dice, agent(), sessions))
  }
}

function act(engine: Engine, dice: Dice, agentId: string, sessions: string[]): Promise<unknown> {
  const session = sessions.length > 0 ? dice.pick(sessions) : 'none'
  const chosen = dice.between(0, 19)
  if (chosen < 3) return register(engine, dice, agentId)
  if (chosen === 3) return engine.deregisterAgent(agentId)
  if (chosen < 9) return report(engine, dice, agentId, sessions)
  if (chosen === 9) return engine.controlSession(session, { type: 'pause', reason: 'test' })
  if (chosen === 10) return engine.controlSession(session, { type: 'resume' })
  if (chosen === 11) return engine.controlSession(session, { type: 'cancel', reason: 'test' })
  if (chosen === 12) return engine.controlSession(session, { type: 'retry' })
  if (chosen === 13) return engine.concludeTask(`${session}.1`, { attemptId: null, error: { code: 'X', message: 'x' } })
  return start(engine, dice, agentId, sessions)
}

const register = (engine: Engine, dice: Dice, agentId: string) =>
  engine.registerAgent({
    agentId,
    agentName: `name of ${agentId}`,
    version: '1',
    capabilities: CAPABILITIES.filter(() => dice.chance(0.5)),
    contactEndpoint: `http://${agentId}`,
    metadata: { config: { maxConcurrency: dice.between(1, 3) }, note: 'not kept in the table' },
  })

async function report(engine: Engine, dice: Dice, agentId: string, sessions: string[]): Promise<void> {
  const state = dice.pick(STATES)
  const { places } = await engine.agent(agentId)
  const held = places.length > 0 ? dice.pick(places) : undefined
  const details: JsonObject = held && dice.chance(0.8) ? { opscore_task_id: held.attemptId } : { note: sessions.length }
  await engine.reportState(agentId, { agentId, state, timestamp: new Date().toISOString(), details })
}

async function start(engine: Engine, dice: Dice, agentId: string, sessions: string[]): Promise<void> {
  const capability = dice.pick(CAPABILITIES)
  const tasks: JsonObject[] = [
    { taskId: 'one', name: 'one', next: [{ to: 'two' }, { to: 'three' }], retry: { initialInterval: 60 } },
    {
      taskId: 'two',
      name: 'two',
      agentCapability: dice.chance(0.2) ? 'unheard-of' : capability,
      retry: { maxAttempts: 1 },
    },
    { taskId: 'three', name: 'three', agentId: `agent-${dice.between(0, 11)}` },
  ]
  const id = `flow-${dice.between(0, 2)}`
  const definition = { id, name: id, routing: dice.chance(0.5) ? 'strict' : 'preferred', tasks }
  const { sessionId } = await engine.trigger({ agentId, workflow: { definition }, input: null })
  sessions.push(sessionId)
}

/** Most things are not possible at most times. */
async function refusable(done: Promise<unknown>): Promise<void> {
  try {
    await done
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'DomainError') throw error
  }
}

/** However it went: an agent in error, a session that failed, and a task that nobody can do. */
export async function causeTrouble(engine: Engine): Promise<void> {
  await register(engine, createDice(1), 'agent-0')
  await engine.reportState('agent-0', { agentId: 'agent-0', state: 'error', timestamp: new Date().toISOString() })
  const tasks = [{ taskId: 'one', name: 'one', agentCapability: 'unheard-of', retry: { maxAttempts: 1 } }]
  const definition = { id: 'flow-0', name: 'flow-0', routing: 'strict', tasks }
  const trigger = { agentId: 'agent-0', workflow: { definition }, input: null }
  await engine.trigger(trigger)
  const { sessionId } = await engine.trigger(trigger)
  await engine.concludeTask(`${sessionId}.1`, { attemptId: null, error: { code: 'X', message: 'x' } })
}
