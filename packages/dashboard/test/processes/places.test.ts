/** Every place of the page in a real browser, against a real server: what it shows, that it is accessible, and that nothing reaches too far. */

import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChromium } from '../browser/chromium.ts'
import { openPage, type PageUnderTest } from '../browser/page-under-test.ts'
import { type Fleet, startFleet } from '../demo/demo-fleet.ts'
import { type Servers, startServers } from '../demo/start-servers.ts'

const resources = new AsyncDisposableStack()
let servers: Servers
let fleet: Fleet
let browser: Browser
let failed = ''
let waiting = ''
let asking = ''
let crawler = ''
let waitsWith = ''

beforeAll(async () => {
  servers = resources.use(await startServers())
  fleet = resources.use(await startFleet(servers))
  browser = await startChromium()
  resources.defer(() => browser.close())
  waiting = await fleet.trigger('translate-docs')
  asking = await fleet.trigger('refund')
  // Two of them crawl, and the others wait.
  for (let n = 0; n < 4; n += 1) await fleet.trigger('nightly-crawl')
  const { items } = await servers.client.agents.list({ limit: 200 })
  crawler = items.find(({ agentName }) => agentName === 'crawler-1')?.agentId ?? ''
  const agentId = fleet.agentIds[0] ?? ''
  await servers.client.schedules.put('nightly', {
    workflowId: 'nightly-crawl',
    agentId,
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
  })
  waitsWith = (await servers.client.sessions.get(waiting)).agentId
  failed = await fleet.trigger('doomed')
  await fleet.trigger('research-report')
  await ended(failed)
}, 180_000)

afterAll(() => resources.disposeAsync())

/** Resolves when the session has ended. */
async function ended(sessionId: string): Promise<void> {
  const stop = new AbortController()
  const isOver = async () => (await servers.client.sessions.get(sessionId)).endTime !== null
  for await (const { type } of servers.client.events({ signal: stop.signal, filters: { sessionId }, onOpen: look })) {
    if (type === 'session.failed' || type === 'session.completed') break
  }

  /** What ended before the stream began is in no event of it. */
  async function look() {
    if (await isOver()) stop.abort()
  }
}

const PLACES: [name: string, address: () => string, shows: string][] = [
  ['the overview', () => '/', 'Attention'],
  ['the agents as a grid', () => '/agents', 'bookkeeper-1'],
  ['the agents as a table', () => '/agents?as=table', 'analyst-2'],
  ['an agent', () => `/agents/${fleet.agentIds[0]}`, 'Reporting'],
  ['what an agent’s sessions wait for', () => `/agents/${waitsWith}?view=waits`, 'No agent can do this'],
  ['what waits for an agent', () => `/agents/${crawler}?view=waits`, 'for who can crawl'],
  ['the sessions', () => '/sessions', 'research-report'],
  ['a session that failed, with its task', () => `/sessions/${failed}?task=${failed}.1`, 'NO_SUCH_LEDGER'],
  ['a session that waits', () => `/sessions/${waiting}`, 'No agent can do this'],
  ['the events of a session', () => `/sessions/${failed}?view=events`, 'task.attempt_failed'],
  ['the graph of a session', () => `/sessions/${failed}?view=graph`, 'Book it'],
  ['the input and output of a session', () => `/sessions/${failed}?view=data`, 'Metadata'],
  ['the workflows', () => '/workflows', 'nightly-crawl'],
  ['a workflow', () => '/workflows/research-report', 'Summarise interviews'],
  ['the revisions of a workflow', () => '/workflows/research-report?view=revisions', 'Revision 1 is the first'],
  ['the trial of a workflow', () => '/workflows/research-report?view=try', 'Run in virtual time'],
  ['the schedules', () => '/schedules', '0 3 * * * in Europe/Berlin'],
  ['a schedule', () => '/schedules/nightly', 'No time of it has come yet.'],
  ['the approvals', () => '/approvals', 'one who may approve'],
  ['an approval', () => `/approvals?approval=${asking}.1.1`, 'Change the content'],
  ['a session that asks', () => `/sessions/${asking}?task=${asking}.1`, 'Decide …'],
  ['the events', () => '/events', 'Events'],
  ['the keys', () => '/keys', 'root'],
  ['the system', () => '/system', 'Configuration, without secrets'],
]

describe.each(['dark', 'light'] as const)('in %s', (colorScheme) => {
  let shown: PageUnderTest

  beforeAll(async () => {
    shown = await openPage(browser, servers, { colorScheme, reducedMotion: 'reduce' })
  })
  afterAll(() => shown[Symbol.asyncDispose]())

  it.each(PLACES)(
    '%s is there, wide and narrow, within its window, accessible, and breaks no policy',
    async (_name, address, words) => {
      const { page } = shown
      await page.setViewportSize({ width: 1440, height: 900 })
      await shown.visit(address())
      await page.getByText(words).first().waitFor()
      expect(await shown.overflow()).toBeLessThanOrEqual(0)
      expect(await violations(page)).toEqual([])
      await page.setViewportSize({ width: 390, height: 844 })
      await page.getByText(words).first().waitFor({ state: 'attached' })
      expect(await shown.overflow()).toBeLessThanOrEqual(0)
      expect(await violations(page)).toEqual([])
      expect(shown.troubles).toEqual([])
    },
  )
})

/** Run by the debugger's protocol: the page's own policy lets no other script in. */
async function violations(page: PageUnderTest['page']): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate<Violation[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  )
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}

interface Violation {
  id: string
  nodes: { html: string; failureSummary: string }[]
}
