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
      ['c', 'Schedules'],
      ['p', 'Approvals'],
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

describe('an approval', () => {
  const result = async (sessionId: string) => (await servers.client.sessions.get(sessionId)).result

  it('is decided from what wants a person, by the keyboard, and its session goes on', async () => {
    const sessionId = await fleet.trigger('refund')
    await using shown = await openPage(browser, servers)
    const { page } = shown
    const decide = page.getByRole('button', { name: /^Decide: Refund/ }).first()
    await decide.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: /^Refund/ }).waitFor()
    await page.getByLabel('Comment, kept with the decision').fill('Twice indeed.')
    await page.getByRole('button', { name: 'Approve', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('It is approved').waitFor()
    await expect.poll(() => result(sessionId)).toEqual({ decision: 'approved', amount: 84.5 })
    expect(shown.troubles).toEqual([])
  })

  it('is edited by the form that its definition has, and what fits it not is refused and said', async () => {
    const sessionId = await fleet.trigger('refund')
    await using shown = await openPage(browser, servers)
    const { page } = shown
    await shown.visit(`/sessions/${sessionId}?task=${sessionId}.1`)
    await page.getByRole('button', { name: 'Decide …' }).click()
    await page.getByRole('button', { name: 'Change the content' }).click()
    await page.getByLabel('Amount, in euros').fill('a lot')
    await page.getByRole('button', { name: 'Approve as edited' }).click()
    await page.getByText('is no number').waitFor()
    await page.getByLabel('Amount, in euros').fill('42')
    await page.getByRole('button', { name: 'Approve as edited' }).click()
    await page.getByText('It is approved as edited').waitFor()
    await expect.poll(() => result(sessionId)).toEqual({ decision: 'edited', amount: 42 })
  })

  it('that somebody else has decided meanwhile is told as such, with who', async () => {
    const sessionId = await fleet.trigger('refund')
    await using shown = await openPage(browser, servers)
    const { page } = shown
    await shown.visit(`/approvals?approval=${sessionId}.1.1`)
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor()
    // The page hears of it too: what it shows is what has been decided, and by whom.
    await servers.client.approvals.decide(`${sessionId}.1.1`, { decision: 'rejected', comment: 'Already paid' })
    await page.getByText('Already paid').waitFor()
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0)
  })
})

describe('a schedule', () => {
  it('is made with what Ops-Core finds wrong said, run, paused, and deleted again', async () => {
    await using shown = await openPage(browser, servers)
    const { page } = shown
    await shown.visit('/schedules')
    await page.getByRole('button', { name: 'New schedule' }).click()
    await page.getByLabel('Its id, such as nightly-report').fill('doomed-daily')
    await page.getByLabel('Workflow, by id').fill('doomed')
    await page.getByLabel('Agent, by id').fill(fleet.agentIds[0] ?? '')
    const cron = page.getByLabel('Cron: minute')
    await cron.fill('61 6 * * *')
    await page.getByRole('button', { name: 'Make it' }).click()
    await page.getByRole('dialog').getByText(/cron/i).nth(1).waitFor()
    await cron.fill('0 6 * * *')
    await page.getByRole('button', { name: 'Make it' }).click()
    await page.getByRole('heading', { name: 'doomed-daily', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Run now' }).click()
    await page.getByText('Began', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByText('No time of it begins anything').waitFor()
    expect((await servers.client.schedules.get('doomed-daily')).status).toBe('paused')
    await page.getByRole('button', { name: 'Delete the schedule' }).click()
    await page.getByRole('button', { name: 'Delete the schedule' }).last().click()
    await page.getByText('doomed-daily is deleted').waitFor()
    expect((await servers.client.schedules.list()).items.map(({ scheduleId }) => scheduleId)).not.toContain(
      'doomed-daily',
    )
  })
})
