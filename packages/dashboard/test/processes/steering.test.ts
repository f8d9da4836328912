/** What a person does with the page: by keyboard, with text that means harm, and while the server goes away and comes back. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChromium } from '../browser/chromium.ts'
import { openPage } from '../browser/page-under-test.ts'
import { type Fleet, startFleet } from '../demo/demo-fleet.ts'
import { type Servers, startServers } from '../demo/start-servers.ts'

const resources = new AsyncDisposableStack()
let servers: Servers
let fleet: Fleet
let browser: Browser

beforeAll(async () => {
  servers = resources.use(await startServers())
  fleet = resources.use(await startFleet(servers))
  browser = await startChromium()
  resources.defer(() => browser.close())
}, 180_000)
afterAll(() => resources.disposeAsync())

describe('the key', () => {
  it('that a link brings leaves the address, stays over a reload, and is handed to another tab', async () => {
    await using shown = await openPage(browser, servers)
    expect(shown.page.url()).toBe(`${servers.opsCoreUrl}/`)
    await shown.page.reload()
    await shown.page.getByRole('heading', { name: 'Overview' }).waitFor()
    const other = await shown.page.context().newPage()
    await other.goto(`${servers.opsCoreUrl}/agents`)
    await other.getByRole('link', { name: /archivist-1/ }).waitFor()
  })

  it('is asked for where there is none, a wrong one is refused, and the right one opens what was asked for', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${servers.opsCoreUrl}/workflows`)
    await page.getByLabel('API key').fill('ops_wrong')
    await page.keyboard.press('Enter')
    await page.getByText('The server does not know this key.').waitFor()
    await page.getByLabel('API key').fill(servers.apiKey)
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'nightly-crawl' }).waitFor()
    await context.close()
  })

  it('that is revoked while the page is open leads back to where one is asked for, and says why', async () => {
    const made = await servers.client.keys.create({ name: 'short', scopes: ['read'] })
    await using shown = await openPage(browser, { opsCoreUrl: servers.opsCoreUrl, apiKey: made.key })
    await shown.page.getByText('Live', { exact: true }).waitFor()
    await servers.client.keys.revoke(made.keyId)
    await shown.page.getByText('The key holds no more').waitFor()
  })
})

describe('by the keyboard alone', () => {
  it('a session that failed is found, its failed task opened, and it is retried, and the page says so', async () => {
    const sessionId = await fleet.trigger('doomed')
    await using shown = await openPage(browser, servers)
    const { page } = shown
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('An id').waitFor()
    await page.keyboard.type(sessionId)
    await page
      .getByRole('option', { name: new RegExp(sessionId) })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    const retry = page.getByRole('button', { name: 'Retry what failed' })
    await retry.waitFor()
    await page.keyboard.press('e')
    await page.getByRole('complementary', { name: 'Task Book it' }).waitFor()
    await retry.focus()
    await page.keyboard.press('Enter')
    await page.getByText('What failed is tried again').waitFor()
  })

  it('every place is two keys away, and the list of keys is one', async () => {
    await using shown = await openPage(browser, servers)
    const { page } = shown
    for (const [key, name] of [
      ['a', 'Agents'],
      ['s', 'Sessions'],
      ['w', 'Workflows'],
      ['e', 'Events'],
      ['k', 'Keys'],
      ['y', 'System'],
      ['o', 'Overview'],
    ]) {
      await page.keyboard.press('g')
      await page.keyboard.press(key ?? '')
      await page.getByRole('heading', { name: new RegExp(`^${name}`), level: 1 }).waitFor()
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
    await page.keyboard.press('Escape')
    expect(shown.troubles).toEqual([])
  })

  it('j goes down a list, Enter opens what it stands at, and back leads to the list', async () => {
    await using shown = await openPage(browser, servers)
    const { page } = shown
    await shown.visit('/agents?as=table')
    await page.getByRole('link', { name: 'archivist-1' }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page
      .getByRole('heading', { name: 'analyst-2', level: 1 })
      .or(page.getByRole('heading', { level: 1, name: /analyst-1/ }))
      .waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'archivist-1' }).waitFor()
  })
})

describe('an action', () => {
  it('pauses an agent and resumes it', async () => {
    const agent = (await servers.client.agents.list({ limit: 200 })).items.find(
      ({ agentName }) => agentName === 'reviewer-1',
    )
    await using shown = await openPage(browser, servers)
    await shown.visit(`/agents/${agent?.agentId}`)
    await shown.page.getByRole('button', { name: 'Pause', exact: true }).click()
    await shown.page.getByText(/Paused since/).waitFor()
    expect((await servers.client.agents.get(agent?.agentId ?? '')).hold).toMatchObject({ kind: 'pause' })
    await shown.page.getByRole('button', { name: 'Resume' }).click()
    await shown.page.getByRole('button', { name: 'Drain' }).waitFor()
  })

  it('cancels many sessions at once, after it has shown what it would do', async () => {
    const waiting = await Promise.all(['translate-docs', 'translate-docs', 'translate-docs'].map(fleet.trigger))
    await using shown = await openPage(browser, servers)
    const { page } = shown
    await shown.visit('/sessions?workflow=translate-docs')
    await page.getByRole('toolbar').getByRole('button', { name: 'Cancel' }).click()
    await page.getByText(/3 would be cancelled/).waitFor()
    expect(await Promise.all(waiting.map(async (id) => (await servers.client.sessions.get(id)).status))).not.toContain(
      'cancelled',
    )
    await page.getByRole('button', { name: 'Cancel 3 sessions' }).click()
    await page.getByText(/3 {1,2}cancelled/).waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
    for (const id of waiting) expect((await servers.client.sessions.get(id)).status).toBe('cancelled')
  })

  it('shares one event stream among all tabs of a browser', async () => {
    await using shown = await openPage(browser, servers)
    const context = shown.page.context()
    for (const address of ['/agents', '/sessions', '/events']) {
      const tab = await context.newPage()
      await tab.goto(`${servers.opsCoreUrl}${address}#key=${servers.apiKey}`)
      await tab.getByText('Live', { exact: true }).waitFor()
    }
    await using other = await openPage(browser, servers)
    await other.page.getByText('Live', { exact: true }).waitFor()
    await expect.poll(async () => (await servers.client.fleet.system()).queues.eventStreams).toBe(2)
  })

  it('leaves columns of a list out, and the address keeps which', async () => {
    await fleet.trigger('translate-docs')
    await using shown = await openPage(browser, servers)
    const { page } = shown
    await shown.visit('/sessions')
    const head = page.getByRole('columnheader', { name: 'Agent' })
    await head.waitFor()
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('checkbox', { name: 'Agent', exact: true }).uncheck()
    await head.waitFor({ state: 'detached' })
    expect(page.url()).toContain('hide=agent')
    await page.reload()
    await page.getByRole('columnheader', { name: 'Workflow' }).waitFor()
    expect(await head.count()).toBe(0)
    expect(shown.troubles).toEqual([])
  })

  it('starts a workflow and lands on the session', async () => {
    await using shown = await openPage(browser, servers)
    const { page } = shown
    await shown.visit('/workflows')
    await page.getByRole('button', { name: 'Start support-triage' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByRole('heading', { name: 'support-triage', level: 1 }).waitFor()
    expect(page.url()).toMatch(/\/sessions\/[0-9a-f-]{36}/)
  })

  it('makes a key that is shown once, and works', async () => {
    await using shown = await openPage(browser, servers)
    const { page } = shown
    await shown.visit('/keys')
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('Name, for people').fill('from the page')
    await page.getByRole('button', { name: 'Make the key' }).click()
    const key = await page
      .getByRole('dialog', { name: /^The key/ })
      .locator('code')
      .innerText()
    expect(key).toMatch(/^ops_/)
    const answer = await fetch(`${servers.opsCoreUrl}/v1/opscore/agent`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(answer.status).toBe(200)
    await page.getByRole('button', { name: 'I have it' }).click()
    await page.getByText('from the page').waitFor()
  })
})
