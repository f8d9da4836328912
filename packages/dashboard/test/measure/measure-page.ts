/** `npm run bench:page`: what the page takes with much to show. One run on one machine; a table, no test. Names of parts choose among them. */
import type { Page } from 'playwright-core'
import { startChromium } from '../browser/chromium.ts'
import { type BenchServer, startBenchServer } from './bench-server.ts'
import { graphTimes, scrolledText } from './frames.ts'
import { heapOverAnHour } from './hour-of-events.ts'
import { chains, registerMany, runLongSession, startMany } from './large-fleet.ts'
import { measureOpenPages } from './open-pages.ts'

const AGENTS = 10_000
const SESSIONS = 100_000
const TASKS = 500
/** Of the long session: nearly the 20,000 events that one may have. */
const LONG = { tasks: 500, attempts: 10 }

const chosen = new Set(process.argv.slice(2))
const wants = (part: string) => chosen.size === 0 || chosen.has(part)

await using server = await startBenchServer()
const browser = await startChromium()
const note = (what: string, value: string) => console.log(`| ${what} | ${value} |`)
const count = (value: number) => value.toLocaleString('en')
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await measureFirstLoad(page)
  if (wants('graph')) await measureGraph(page)
  if (wants('events')) await measureLongSession(page)
  await registerMany(server.client, AGENTS)
  if (wants('agents')) await measureAgents(page)
  if (wants('sessions')) await measureSessions(page)
  if (wants('memory')) await measureMemory(page)
  await context.close()
  if (wants('streams')) await measureStreams(server)
} finally {
  await browser.close()
}

async function measureFirstLoad(page: Page): Promise<void> {
  let bytes = 0
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  const startedAt = performance.now()
  await page.goto(`${server.url}/#key=${server.apiKey}`)
  await page.locator('main#place h1').waitFor()
  note('first load of the overview, to its heading', `${Math.round(performance.now() - startedAt)} ms`)
  await page.waitForTimeout(1_500)
  note('… everything that came over the wire, compressed', `${(bytes / 1_000).toFixed(0)} kB`)
  await session.detach()
}

/** From the address to what is waited for, the load of the page with it. */
async function open(page: Page, what: string, address: string, selector: string): Promise<void> {
  const startedAt = performance.now()
  await page.goto(`${server.url}${address}`)
  await page.locator(selector).first().waitFor({ timeout: 120_000 })
  note(what, `${Math.round(performance.now() - startedAt)} ms`)
}

async function noteScrolling(page: Page): Promise<void> {
  for (const [speed, found] of await scrolledText(page)) note(`… scrolled ${speed}`, found)
}

async function measureGraph(page: Page): Promise<void> {
  await server.client.workflows.put({ id: 'wide', tasks: chains(TASKS) })
  await open(page, `a graph of ${TASKS} tasks, with the load of the page`, '/workflows/wide', '.graph-node')
  const times = await graphTimes(page)
  note('… laid out in its worker', `${Math.round(times.laidOut)} ms`)
  note('… the longest task of the page meanwhile', `${Math.round(times.longestTask)} ms`)
  await open(page, '… again', '/workflows/wide', '.graph-node')
}

async function measureLongSession(page: Page): Promise<void> {
  const sessionId = await runLongSession(server.client, LONG.tasks, LONG.attempts)
  const events = await countEvents(sessionId)
  await open(
    page,
    `a session of ${count(events)} events, its first rows`,
    `/sessions/${sessionId}?view=events`,
    '.table-body .table-row',
  )
  await noteScrolling(page)
  await open(page, '… its timeline', `/sessions/${sessionId}`, '.timeline-row')
}

async function countEvents(sessionId: string): Promise<number> {
  let events = 0
  let cursor: string | null = null
  do {
    const asked: { limit: number; cursor?: string } = { limit: 200, ...(cursor === null ? {} : { cursor }) }
    const { items, nextCursor } = await server.client.sessions.events(sessionId, asked)
    events += items.length
    cursor = nextCursor
  } while (cursor !== null)
  return events
}

async function measureAgents(page: Page): Promise<void> {
  await open(page, `${count(AGENTS)} agents, the first of them`, '/agents', '.agent-cell')
  await page.locator('.count', { hasText: /^10,00/ }).waitFor({ timeout: 60_000 })
  await noteScrolling(page)
  await open(page, '… as a table', '/agents?as=table', '.table-body .table-row')
  await page.locator('.count', { hasText: /^10,00/ }).waitFor({ timeout: 60_000 })
  await noteScrolling(page)
}

async function measureSessions(page: Page): Promise<void> {
  // An overview that is looked at is counted meanwhile; what is measured here is the lists.
  await page.goto('about:blank')
  await startMany(server.client, SESSIONS, AGENTS)
  await open(page, `${count(SESSIONS)} sessions, first rows`, '/sessions', '.table-body .table-row')
  await noteScrolling(page)
  const filtered = '/sessions?workflow=small&status=completed'
  await open(page, '… filtered by workflow and status', filtered, '.table-body .table-row')
  for (const [what, filter] of [
    ['newest', {}],
    ['of a workflow and a status', { workflowId: 'small', status: ['completed' as const] }],
    ['of a status that none has', { status: ['failed' as const] }],
    ['of an agent', { agentId: 'agent-77' }],
    ['started before now', { startedTo: new Date().toISOString(), workflowId: ['small', 'other'] }],
  ] as const) {
    const times: number[] = []
    let cursor: string | null = null
    for (let pages = 0; pages < 20; pages += 1) {
      const startedAt = performance.now()
      const asked: { limit: number; cursor?: string } = {
        ...filter,
        limit: 100,
        ...(cursor === null ? {} : { cursor }),
      }
      cursor = (await server.client.sessions.list(asked)).nextCursor
      times.push(performance.now() - startedAt)
      if (cursor === null) break
    }
    note(`… a page of 100, ${what}: slowest of ${times.length}`, `${Math.max(...times).toFixed(1)} ms`)
  }
}

async function measureMemory(page: Page): Promise<void> {
  for (const [what, address] of [
    ['the overview', '/'],
    ['the agents', '/agents'],
    ['the events', '/events'],
  ] as const) {
    await page.goto(`${server.url}${address}`)
    await page.locator('main#place').waitFor()
    await page.waitForTimeout(3_000)
    const heaps = await heapOverAnHour(page, server)
    note(`heap of ${what} over an hour of events`, `${heaps.map((bytes) => (bytes / 1e6).toFixed(1)).join(', ')} MB`)
  }
}

async function measureStreams(measured: BenchServer): Promise<void> {
  for (const [readers, slow] of [
    [1, 0],
    [500, 0],
    [500, 50],
  ] as const) {
    const found = await measureOpenPages(measured, readers, slow)
    note(
      `${readers} open pages${slow === 0 ? '' : ` and ${slow} that read nothing`}, 200 reports a second`,
      `${found.streams} streams, ${found.memory.toFixed(0)} MB, ${(found.cpu * 100).toFixed(0)} % of a processor, an event after ${found.median} ms (p99 ${found.p99})`,
    )
  }
}
