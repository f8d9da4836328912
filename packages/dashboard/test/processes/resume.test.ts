/** The page while its server is killed and started again: what was missed is there afterwards, and nobody reloads. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@opscore/host'
import { OpsCoreClient } from '@opscore/sdk'
import { afterAll, expect, it } from 'vitest'
import { buildPage, pageState } from '../../src/index.ts'
import { startChromium } from '../browser/chromium.ts'
import { openPage } from '../browser/page-under-test.ts'
import { startServeProcess } from '../demo/serve-process.ts'

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync())

it('goes on where it was, and says meanwhile that it connects', async () => {
  if (pageState() === 'stale') await buildPage()
  const dataDir = mkdtempSync(join(tmpdir(), 'opscore-resume-'))
  resources.defer(() => rmSync(dataDir, { recursive: true }))
  const port = await freePort()
  const apiKey = 'the-key-of-the-page'
  let server = await startServeProcess({ port, dataDir, apiKey })
  resources.defer(() => void server.kill('SIGKILL'))
  const opsCoreUrl = `http://127.0.0.1:${port}`
  const client = new OpsCoreClient({ url: opsCoreUrl, apiKey })
  await client.registerAgent(agent('before'))

  const browser = await startChromium()
  resources.defer(() => browser.close())
  await using shown = await openPage(browser, { opsCoreUrl, apiKey })
  const { page } = shown
  await shown.visit('/agents')
  await page.getByRole('link', { name: /before/ }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()

  server.kill('SIGKILL')
  await once(server, 'exit')
  await page.getByText(/^Connecting/).waitFor()
  server = await startServeProcess({ port, dataDir, apiKey })
  await client.registerAgent(agent('meanwhile'))
  await page.getByRole('link', { name: /meanwhile/ }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  expect(await page.getByRole('link', { name: /before/ }).count()).toBe(1)
})

const agent = (name: string) => ({
  ...{ agentId: name, agentName: name, version: '1', capabilities: ['x'], contactEndpoint: 'http://127.0.0.1:9/' },
})
