/** `npm run bench:page`: what the page takes with much to show. One run on one machine; a table, no test. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { startChromium } from '../browser/chromium.ts'
import { startServers } from '../demo/start-servers.ts'

const AGENTS = 10_000
const SESSIONS = 20_000
const TASKS = 500

/** Frames are drawn while something moves; what takes longest is what one feels. */
const LONGEST_FRAME = `new Promise((resolve) => {
  const list = document.querySelector('.table-scroll')
  let longest = 0, before = performance.now(), frames = 0
  const step = () => {
    const now = performance.now()
    longest = Math.max(longest, now - before)
    before = now
    list.scrollTop += 400
    frames += 1
    if (frames < 120) requestAnimationFrame(step)
    else resolve(longest)
  }
  requestAnimationFrame(step)
})`

await using servers = await startServers({ storage: 'memory' })
const { client, opsCoreUrl, apiKey } = servers
const browser = await startChromium()
const rows: [string, string][] = []
const note = (what: string, value: string) => {
  rows.push([what, value])
  console.log(`| ${what} | ${value} |`)
}
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await measureFirstLoad(page)
  await fill()
  await measure(
    page,
    `${AGENTS.toLocaleString('en')} agents, all read and drawn`,
    '/agents',
    `.count:text-is("${AGENTS.toLocaleString('en')}")`,
  )
  note('… longest frame while scrolling through them', `${Math.round(await page.evaluate<number>(LONGEST_FRAME))} ms`)
  await measure(page, `${SESSIONS.toLocaleString('en')} sessions, first rows`, '/sessions', '.table-body .table-row')
  note('… longest frame while scrolling', `${Math.round(await page.evaluate<number>(LONGEST_FRAME))} ms`)
  await measure(
    page,
    '… filtered by workflow and status',
    '/sessions?workflow=small&status=running',
    '.table-body .table-row',
  )
  await measure(page, `A graph of ${TASKS} tasks, laid out and drawn`, '/workflows/wide', '.graph-node')
  const heap = await page.evaluate<number>('performance.memory.usedJSHeapSize')
  note('Heap of the page at the end', `${(heap / 1e6).toFixed(0)} MB`)
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
  await page.goto(`${opsCoreUrl}/#key=${apiKey}`)
  await page.locator('main#place h1').waitFor()
  note('First load of the overview, to its heading', `${Math.round(performance.now() - startedAt)} ms`)
  await wait(1_500)
  note('… everything that came over the wire, compressed', `${(bytes / 1_000).toFixed(0)} kB`)
}

async function measure(page: Page, what: string, address: string, selector: string): Promise<void> {
  const startedAt = performance.now()
  await page.goto(`${opsCoreUrl}${address}`)
  await page.locator(selector).first().waitFor({ timeout: 120_000 })
  note(what, `${Math.round(performance.now() - startedAt)} ms`)
}

async function fill(): Promise<void> {
  const many = async (count: number, make: (index: number) => Promise<unknown>) => {
    for (let from = 0; from < count; from += 200) {
      await Promise.all(Array.from({ length: Math.min(200, count - from) }, (_, index) => make(from + index)))
    }
  }
  await many(AGENTS, (index) =>
    client.registerAgent({
      ...{ agentId: `agent-${index}`, agentName: `agent-${index}`, version: '1', capabilities: [`c${index % 20}`] },
      contactEndpoint: 'http://127.0.0.1:9/',
    }),
  )
  await client.workflows.put({ id: 'small', tasks: [{ taskId: 'a', agentCapability: 'nobody' }], routing: 'strict' })
  await client.workflows.put({ id: 'other', tasks: [{ taskId: 'a', agentCapability: 'nobody' }], routing: 'strict' })
  await client.workflows.put(chains())
  await many(SESSIONS, (index) =>
    client.trigger(`agent-${index % AGENTS}`, { workflowDefinitionId: index % 10 === 0 ? 'small' : 'other' }),
  )
}

/** Fifty chains of ten, so that nothing of it folds. */
function chains() {
  const tasks = Array.from({ length: TASKS - 1 }, (_, index) => ({
    taskId: `t${index}`,
    agentCapability: 'x',
    ...(index % 10 === 9 || index === TASKS - 2 ? {} : { nextTaskId: `t${index + 1}` }),
  }))
  const heads = tasks.filter((_, index) => index % 10 === 0).map(({ taskId }) => ({ to: taskId }))
  return { id: 'wide', tasks: [{ taskId: 'start', agentCapability: 'x', next: heads }, ...tasks] }
}
