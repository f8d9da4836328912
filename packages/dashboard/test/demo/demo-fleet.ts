/** A fleet that looks like one at work: most of it well, some of it not. */
import { setTimeout as wait } from 'node:timers/promises'
import { createAgent, TaskError, type TaskHandler } from '@opscore/sdk/agent'
import { DEMO_WORKFLOWS } from './demo-workflows.ts'
import type { Servers } from './start-servers.ts'

// Each agent looks after what its process does not catch.
process.setMaxListeners(100)

const QUIET = { info() {}, warn() {}, error() {}, debug() {} }

const between = (least: number, most: number) => least + Math.random() * (most - least)

const works =
  (least: number, most: number): TaskHandler =>
  async (task, { signal }) => {
    await wait(between(least, most), undefined, { signal })
    return { task: task.name, kind: task.name === 'Classify the ticket' ? 'billing' : 'other', confidence: 0.93 }
  }

const crawls: TaskHandler = async (_task, { signal, heartbeat }) => {
  for (let page = 1; page <= 1_200; page += 1) {
    heartbeat({ fraction: page / 1_200, text: `Page ${page} of 1200` })
    await wait(500, undefined, { signal })
  }
  return { pages: 1_200 }
}

/** A ledger that is away most of the time. */
const fails: TaskHandler = async () => {
  await wait(between(80, 240))
  if (Math.random() < 0.75)
    throw new TaskError('LEDGER_UNAVAILABLE', 'The ledger answered 503 to POST /v2/match after 3 tries')
  return { order: 'PO-20488', matched: true }
}

const refuses: TaskHandler = async () => {
  throw new TaskError('NO_SUCH_LEDGER', 'The ledger of 2019 is closed')
}

interface Kind {
  name: string
  count: number
  capabilities: string[]
  version: string
  maxConcurrency: number
  handler: TaskHandler
}

const KINDS: readonly Kind[] = [
  {
    name: 'archivist',
    count: 1,
    capabilities: ['closed-ledger'],
    version: '0.1.0',
    maxConcurrency: 1,
    handler: refuses,
  },
  {
    name: 'planner',
    count: 2,
    capabilities: ['plan', 'classify'],
    version: '3.2.0',
    maxConcurrency: 4,
    handler: works(150, 500),
  },
  {
    name: 'researcher',
    count: 5,
    capabilities: ['search'],
    version: '3.2.0',
    maxConcurrency: 2,
    handler: works(600, 2_600),
  },
  {
    name: 'analyst',
    count: 3,
    capabilities: ['analyse'],
    version: '3.1.4',
    maxConcurrency: 3,
    handler: works(300, 1_200),
  },
  {
    name: 'writer',
    count: 3,
    capabilities: ['write'],
    version: '3.2.0',
    maxConcurrency: 2,
    handler: works(700, 1_800),
  },
  {
    name: 'reviewer',
    count: 1,
    capabilities: ['review'],
    version: '2.9.0',
    maxConcurrency: 1,
    handler: works(900, 2_000),
  },
  { name: 'crawler', count: 2, capabilities: ['crawl'], version: '1.12.3', maxConcurrency: 1, handler: crawls },
  { name: 'bookkeeper', count: 2, capabilities: ['ledger'], version: '0.9.1', maxConcurrency: 2, handler: fails },
]

export interface Fleet extends AsyncDisposable {
  agentIds: readonly string[]
  /** Starts a session of a demo workflow. */
  trigger(workflowId: string): Promise<string>
}

export async function startFleet({ opsCoreUrl, agentKitUrl, apiKey, client }: Servers): Promise<Fleet> {
  await using resources = new AsyncDisposableStack()
  for (const definition of DEMO_WORKFLOWS) await client.workflows.put(definition)
  const agents = await Promise.all(
    KINDS.flatMap(({ name, count, handler, ...rest }) =>
      Array.from({ length: count }, (_, index) =>
        createAgent({
          ...{ name: `${name}-${index + 1}`, opsCoreUrl, agentKitUrl, apiKey, log: QUIET },
          ...{ ...rest, tasks: { '*': handler }, drainTimeout: 0 },
        }),
      ),
    ),
  )
  for (const agent of agents) resources.defer(() => agent.close())
  const agentIds = agents.map(({ agentId }) => agentId)
  // One that a person has to look at, and one that nobody reaches.
  const legacy = { version: '0.4.0', capabilities: ['search'] }
  await client.registerAgent({
    ...legacy,
    agentId: 'legacy-scraper',
    agentName: 'legacy-scraper',
    contactEndpoint: 'http://127.0.0.1:9/',
  })
  await client.reportState({
    agentId: 'legacy-scraper',
    state: 'error',
    timestamp: new Date().toISOString(),
    details: { message: 'Out of memory' },
  })
  await client.registerAgent({
    ...legacy,
    agentId: 'edge-node-berlin',
    agentName: 'edge-node-berlin',
    contactEndpoint: 'http://127.0.0.1:9/',
  })
  await client.reportState({ agentId: 'edge-node-berlin', state: 'maintenance', timestamp: new Date().toISOString() })
  const running = resources.move()
  return {
    agentIds,
    async trigger(workflowId) {
      const { sessionId } = await client.trigger(agentIds[0] ?? '', { workflowDefinitionId: workflowId })
      return sessionId
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
