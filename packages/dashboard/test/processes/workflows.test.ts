/** What is done with definitions: typed and checked, tried, compared with what they were, started. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startChromium } from '../browser/chromium.ts'
import { openPage, type PageUnderTest } from '../browser/page-under-test.ts'
import { type Servers, startServers } from '../demo/start-servers.ts'

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync())

const flow = (...ids: string[]) => ({
  id: 'flow',
  tasks: ids.map((taskId, index) => ({ taskId, ...(ids[index + 1] ? { nextTaskId: ids[index + 1] } : {}) })),
})

let servers: Servers
let shown: PageUnderTest
beforeAll(async () => {
  servers = resources.use(await startServers({ storage: 'memory' }))
  const browser = await startChromium()
  resources.defer(() => browser.close())
  shown = resources.use(await openPage(browser, servers))
  await servers.client.workflows.put(flow('first', 'second'))
  await servers.client.workflows.put(flow('first', 'third'))
})

it('names problems as one types, each with its line and column, and stores what has none', async () => {
  const { page } = shown
  await shown.visit('/workflows/flow')
  const text = page.getByRole('textbox', { name: 'Definition' })
  const store = page.getByRole('button', { name: 'Store as a new revision' })
  await page.getByText('No problem found').waitFor()
  await text.fill('id: flow\ntasks:\n  - taskId: a\n    nextTaskId: gone\n')
  const problem = page.getByRole('list', { name: 'Problems' }).getByRole('listitem')
  await problem.first().waitFor()
  expect(await problem.first().innerText()).toMatch(/Error\s+4:5/)
  expect(await store.isDisabled()).toBe(true)
  await page.getByRole('button', { name: '4:5' }).click()
  expect(await text.evaluate('document.activeElement.value.slice(document.activeElement.selectionStart)')).toMatch(
    /^nextTaskId: gone/,
  )
  await text.fill('id: flow\ntasks:\n  - taskId: a\n    nextTaskId: b\n  - taskId: b\n')
  await page.getByRole('region', { name: 'The graph of flow' }).getByText('b', { exact: true }).first().waitFor()
  await store.click()
  await page.getByText('Stored as revision 3').waitFor()
  expect(shown.troubles).toEqual([])
})

it('shows what a revision changed, against the one before it and against any other', async () => {
  const { page } = shown
  await shown.visit('/workflows/flow?view=revisions&revision=2')
  const difference = page.getByRole('region', { name: 'Differences' })
  await difference.waitFor()
  const changed = await difference.locator('[data-kind=new]').allInnerTexts()
  expect(changed.some((line) => line.includes('"third"'))).toBe(true)
  await page.getByRole('combobox', { name: 'Compared with revision' }).selectOption('3')
  await difference.getByText('"taskId": "b"').waitFor()
  expect(page.url()).toContain('against=3')
  expect(shown.troubles).toEqual([])
})

it('tries what is typed in virtual time, in the browser', async () => {
  const { page } = shown
  await shown.visit('/workflows/flow?view=try')
  await page.getByRole('textbox').fill('{"tasks": {"*": {"takes": "10m"}}}')
  await page.getByRole('button', { name: 'Run in virtual time' }).click()
  const outcome = page.getByRole('region', { name: 'What came of it' })
  await outcome.getByText('after 20 min').waitFor()
  expect(await outcome.getByRole('listitem').count()).toBe(2)
  await page.getByRole('textbox').fill('{"tasks": {"a": {"take": "3h"}}}')
  await page.getByRole('button', { name: 'Run in virtual time' }).click()
  await outcome.getByText('/tasks/a/take', { exact: true }).waitFor()
  expect(shown.troubles).toEqual([])
})

it('starts one by the form that its input schema makes, and names what is missing', async () => {
  const { page } = shown
  const { client } = servers
  const properties = { topic: { type: 'string', title: 'Topic' }, depth: { type: 'integer', title: 'Depth' } }
  const expose = { input: { type: 'object', required: ['topic', 'depth'], properties } }
  await client.workflows.put({ ...flow('only'), id: 'asked', expose })
  const details = { agentName: 'worker', version: '1', capabilities: ['x'], contactEndpoint: 'http://127.0.0.1:9/' }
  await client.registerAgent({ agentId: 'worker', ...details })
  await shown.visit('/workflows/asked')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Topic/).fill('Bees')
  await dialog.getByRole('combobox').first().fill('worker')
  await dialog.getByRole('button', { name: 'Start', exact: true }).click()
  await dialog.getByText('is required').waitFor()
  await dialog.getByLabel(/^Depth/).fill('3')
  await dialog.getByRole('button', { name: 'Start', exact: true }).click()
  await page.waitForURL(/\/sessions\//)
  const { items } = await client.sessions.list({ workflowId: 'asked' })
  expect((await client.sessions.get(items[0]?.sessionId ?? '')).input).toEqual({ topic: 'Bees', depth: 3 })
  expect(shown.troubles).toEqual([])
})
