/** One run: sessions over a fleet of agents while the processes behind them are killed and come back. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionView } from '@opscore/contract'
import { createDice, type Dice } from '../../../engine/test/sim/virtual-world.ts'
import { type AgentFleet, type FleetAgent, startFleet } from './agent-fleet.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { type Exit, startAlone, type Topology } from './crash-topology.ts'
import { type EventReader, readEvents } from './event-reader.ts'
import { approveAll, sendMail } from './people.ts'
import { startOverRedis } from './redis-topology.ts'
import { type ScriptedSession, scriptedSession } from './scripted-work.ts'
import type { ServeProcess } from './serve-process.ts'

export interface CrashOptions {
  seed: number
  sessions: number
  kills: number
  signal: 'SIGKILL' | 'SIGTERM'
  through: 'agentkit' | 'direct' | 'redis'
}

export interface CrashRun extends AsyncDisposable {
  options: CrashOptions
  topology: Topology
  api: ApiClient
  fleet: AgentFleet
  /** Sessions whose trigger was acknowledged. */
  triggered: (ScriptedSession & { sessionId: string })[]
  /** Answers to decisions that should not be. */
  strange: string[]
  /** Agents whose registration was acknowledged, beside the fleet. */
  registered: string[]
  /** What the live stream gave. */
  stream: EventReader
  /** How each process ended that was asked to. */
  exits: Exit[]
}

const FLEET = 8
/** No session of these takes longer, with every kill on the way; in milliseconds. */
const ALL_ENDED = 120_000

export async function crashRun(options: CrashOptions): Promise<CrashRun> {
  await using resources = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-crash-'))
  resources.defer(() => rm(dataDir, { recursive: true, force: true }))
  const topology = await startTopology(resources, options, dataDir)
  const api = createApiClient(topology.url)
  const dice = createDice(options.seed)
  const fleet = resources.use(await startFleet({ seed: options.seed, size: FLEET, api }))
  const events = readEvents(topology.url)
  resources.defer(events.stop)
  const run = {
    options,
    topology,
    api,
    fleet,
    triggered: [],
    strange: [],
    registered: [],
    stream: events,
    exits: [],
  }
  const story: Omit<CrashRun, typeof Symbol.asyncDispose> = run

  for (const agent of fleet.agents) await joinFleet(agent, api, topology.agentKit)
  const ended = new AbortController()
  const deciding = approveAll(api, ended.signal)
  const killing = kill(story, dice)
  await Promise.all([killing, triggerAll(story, dice, killing), registerAll(story, killing)])
  await allEnded(story).finally(() => ended.abort())
  story.strange.push(...(await deciding))
  await fleet.settled()
  const owned = resources.move()
  return { ...story, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const startTopology = (
  resources: AsyncDisposableStack,
  { through, kills }: CrashOptions,
  dataDir: string,
): Promise<Topology> =>
  through === 'redis'
    ? startOverRedis(resources, { dataDir, kills })
    : startAlone(resources, { dataDir, withAgentKit: through === 'agentkit' })

/** Registers with AgentKit where there is one, else with Ops-Core, and reports `idle`. */
async function joinFleet(agent: FleetAgent, api: ApiClient, agentKit: ServeProcess | null): Promise<void> {
  const { name, capabilities, endpoint, room } = agent
  const details = {
    agentName: name,
    version: '1.0',
    capabilities,
    contactEndpoint: endpoint,
    metadata: { config: { maxConcurrency: room } },
  }
  if (agentKit) {
    const answer = await createApiClient(() => agentKit.url).insist('POST', '/v1/agents/register', details)
    const { data } = answer.body as { data: { agentId: string } }
    agent.agentId = data.agentId
    await known(api, agent.agentId)
  } else {
    agent.agentId = name
    const body = { event_type: 'REGISTER', agent_details: { agentId: name, ...details } }
    const { status } = await api.insist('POST', '/v1/opscore/internal/agent/notify', body)
    if (status !== 200) throw new Error(`Registering answered ${status}`)
  }
  await agent.reportIdle()
}

async function known(api: ApiClient, agentId: string): Promise<void> {
  for (;;) {
    const { status } = await api.insist('GET', `/v1/opscore/agent/${agentId}`)
    if (status === 200) return
    await pause(20)
  }
}

/** Does harm at random moments. */
async function kill({ options, topology, exits }: Pick<CrashRun, 'options' | 'topology' | 'exits'>, dice: Dice) {
  for (let n = 0; n < options.kills; n += 1) {
    await pause(dice.between(200, 2_500))
    exits.push(...(await topology.harm(dice, options.signal)))
  }
}

/** Triggers every session with a key of its own, spread over the kills. */
async function triggerAll(
  { options, api, fleet, triggered }: Pick<CrashRun, 'options' | 'api' | 'fleet' | 'triggered'>,
  dice: Dice,
  killing: Promise<void>,
) {
  let killed = false
  void killing.then(() => {
    killed = true
  })
  const spread = (options.kills * 2_500) / options.sessions
  const work: Promise<void>[] = []
  for (let n = 0; n < options.sessions; n += 1) {
    const session = scriptedSession(n)
    const agent = dice.pick(fleet.agents)
    const body = { workflowDefinition: session.definition }
    const headers = { 'idempotency-key': `session-${n}` }
    const trigger = async () => {
      const answer = await api.insist('POST', `/v1/opscore/agent/${agent.agentId}/workflow`, body, headers)
      if (answer.status !== 202) throw new Error(`The trigger answered ${answer.status} ${JSON.stringify(answer.body)}`)
      const { sessionId } = answer.body as { sessionId: string }
      triggered.push({ ...session, sessionId })
      if (session.waitsForMail) await sendMail(api, sessionId, session.key)
    }
    work.push(trigger())
    if (!killed) await pause(spread)
  }
  await Promise.all(work)
}

/** Registers agents that do nothing, for as long as there are kills: none that was acknowledged may be missing. */
async function registerAll({ api, registered }: Pick<CrashRun, 'api' | 'registered'>, killing: Promise<void>) {
  let killed = false
  void killing.then(() => {
    killed = true
  })
  for (let n = 0; !killed; n += 1) {
    const agentId = `bystander-${n}`
    const agent_details = {
      agentId,
      agentName: agentId,
      version: '1.0',
      capabilities: [],
      contactEndpoint: 'http://127.0.0.1:9/',
    }
    const body = { event_type: 'REGISTER', agent_details }
    const { status } = await api.insist('POST', '/v1/opscore/internal/agent/notify', body)
    if (status === 200) registered.push(agentId)
    await pause(25)
  }
}

async function allEnded({ api, triggered }: Pick<CrashRun, 'api' | 'triggered'>): Promise<void> {
  const deadline = Date.now() + ALL_ENDED
  for (const { sessionId } of triggered) {
    for (;;) {
      const session = await api.get<SessionView>(`/v1/opscore/session/${sessionId}`)
      if (['completed', 'failed', 'cancelled'].includes(session.status)) break
      if (Date.now() > deadline) throw await unended(api, session)
      await pause(50)
    }
  }
}

/** With what would be asked first. */
async function unended(api: ApiClient, session: SessionView): Promise<Error> {
  const explained = await api.get<unknown>(`/v1/opscore/session/${session.sessionId}/explain`)
  const agent = await api.get<unknown>(`/v1/opscore/agent/${session.agentId}`)
  return new Error(`A session does not end: ${JSON.stringify({ session, explained, agent })}`)
}
