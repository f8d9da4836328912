/** Text that agents sent, in every field that the page shows: it is text, and moves nothing. */
import { createServer } from 'node:http'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startChromium } from '../browser/chromium.ts'
import { openPage, type PageUnderTest } from '../browser/page-under-test.ts'
import { type Servers, startServers } from '../demo/start-servers.ts'

const HARM = `"><script>globalThis.harmed=1</script><img src=x onerror="globalThis.harmed=1">\u202eevil\u2066\u001b[31m\u0007{{7*7}}${'W'.repeat(100)}`
const LONG = 'W'.repeat(10_000)
const AGENT = 'agent-<b>"&\u202e/..%2f'

const resources = new AsyncDisposableStack()
let servers: Servers
let browser: Browser
let shown: PageUnderTest
let sessionId = ''
let taskId = ''

beforeAll(async () => {
  servers = resources.use(await startServers())
  const { client } = servers
  // Takes every message; what it reports comes from here.
  const sink = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1')
  resources.defer(() => void sink.close())
  const address = sink.address()
  const contactEndpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`
  await client.registerAgent({
    ...{
      agentId: AGENT,
      agentName: HARM,
      version: HARM.slice(0, 120),
      capabilities: [HARM, LONG.slice(0, 250)],
      contactEndpoint,
    },
    metadata: { [HARM]: HARM, long: LONG },
  })
  const report = { agentId: AGENT, timestamp: new Date().toISOString(), state: 'idle' }
  await client.reportState({ ...report, details: { [HARM]: HARM, long: LONG } })
  const started = await client.trigger(AGENT, {
    workflowDefinition: {
      id: 'harm',
      name: HARM,
      tasks: [{ taskId: 'one', name: HARM, parameters: { text: HARM, long: LONG } }],
    },
    initialPayload: { text: HARM, long: LONG },
  })
  sessionId = started.sessionId
  taskId = `${sessionId}.1`
  await client.tasks.fail(taskId, { code: HARM.slice(0, 200), message: HARM + LONG.slice(0, 3_000) })
  browser = await startChromium()
  resources.defer(() => browser.close())
  shown = await openPage(browser, servers)
}, 180_000)
afterAll(() => resources.disposeAsync())

it.each([
  ['the overview', () => '/'],
  ['the agents as a grid', () => '/agents'],
  ['the agents as a table', () => '/agents?as=table'],
  ['the agent', () => `/agents/${encodeURIComponent(AGENT)}`],
  ["the agent's details", () => `/agents/${encodeURIComponent(AGENT)}?view=data`],
  ['the sessions', () => '/sessions'],
  ['the session with its task', () => `/sessions/${sessionId}?task=${taskId}`],
  ["the session's events", () => `/sessions/${sessionId}?view=events`],
  ["the session's graph", () => `/sessions/${sessionId}?view=graph`],
  ["the session's data", () => `/sessions/${sessionId}?view=data`],
  ['a filter that is harm itself', () => `/sessions?workflow=${encodeURIComponent(HARM.slice(0, 128))}`],
])('harms nothing in %s', async (_name, address) => {
  for (const width of [1440, 390]) {
    await shown.page.setViewportSize({ width, height: 900 })
    await shown.visit(address())
    await shown.page.waitForLoadState('load')
    await shown.page
      .getByText(/evil|harm|No session fits/)
      .first()
      .waitFor({ state: 'attached' })
    expect(await shown.overflow()).toBeLessThanOrEqual(0)
    expect(await shown.page.evaluate('globalThis.harmed')).toBeUndefined()
    expect(await shown.page.locator('main script, main img').count()).toBe(0)
  }
  expect(shown.troubles).toEqual([])
})
