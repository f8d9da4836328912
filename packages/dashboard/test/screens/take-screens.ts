/** `npm run page:screens`: a picture of each place, dark and light, wide and narrow, in docs/page/. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startChromium } from '../browser/chromium.ts'
import { type Fleet, startFleet } from '../demo/demo-fleet.ts'
import { type Servers, startServers } from '../demo/start-servers.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'page')

const LOOKS = [
  { width: 1440, height: 900, colorScheme: 'dark' },
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const

mkdirSync(FOLDER, { recursive: true })
await using servers = await startServers()
await using fleet = await startFleet(servers)
const places = await fillIn(fleet, servers)
const browser = await startChromium()
try {
  for (const { width, height, colorScheme } of LOOKS) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme })
    const page = await context.newPage()
    await page.goto(`${servers.opsCoreUrl}/#key=${servers.apiKey}`)
    // The key is taken out of the address before the next is gone to.
    await page.locator('main#place').waitFor()
    for (const [name, address] of Object.entries(places)) {
      await page.goto(`${servers.opsCoreUrl}${address}`)
      await page.locator('main#place').waitFor()
      await wait(1_200)
      if (name === 'workflow-trial') {
        await page.getByRole('button', { name: 'Run in virtual time' }).click()
        await wait(500)
      }
      const kind = width < 600 ? `${name}-narrow` : name
      await page.screenshot({ path: join(FOLDER, `${kind}-${colorScheme}.png`) })
      console.log(`docs/page/${kind}-${colorScheme}.png`)
    }
    await context.close()
  }
} finally {
  await browser.close()
}

/** Some minutes of work: what has ended, what runs, what waits and what failed. */
async function fillIn({ trigger }: Fleet, { client }: Servers): Promise<Record<string, string>> {
  for (const workflow of ['nightly-crawl', 'nightly-crawl', 'nightly-crawl', 'translate-docs']) await trigger(workflow)
  for (let round = 0; round < 40; round += 1) {
    for (const workflow of ['research-report', 'support-triage', 'invoice-check', 'support-triage'])
      await trigger(workflow)
    await wait(5_000)
  }
  for (let n = 0; n < 3; n += 1) await trigger('refund')
  await revise(client)
  await wait(4_000)
  const report = await trigger('research-report')
  await wait(3_000)
  const { items: failed } = await client.sessions.list({ status: 'failed', limit: 1 })
  const { items: waiting } = await client.sessions.list({ workflowId: 'translate-docs', limit: 1 })
  const { items: agents } = await client.agents.list({ limit: 200 })
  const { items: asked } = await client.approvals.list({ limit: 1 })
  const crawler = agents.find(({ agentName }) => agentName === 'crawler-1')
  const broken = failed[0]?.sessionId ?? ''
  return {
    overview: '/',
    agents: '/agents',
    'agents-table': '/agents?as=table',
    agent: `/agents/${crawler?.agentId}`,
    sessions: '/sessions',
    session: `/sessions/${report}`,
    'session-failed': `/sessions/${broken}?task=${broken}.2`,
    'session-waiting': `/sessions/${waiting[0]?.sessionId}`,
    'session-graph': `/sessions/${report}?view=graph`,
    'session-events': `/sessions/${broken}?view=events`,
    workflows: '/workflows',
    workflow: '/workflows/research-report',
    'workflow-trial': '/workflows/research-report?view=try',
    'workflow-revisions': '/workflows/research-report?view=revisions',
    approvals: '/approvals',
    approval: `/approvals?approval=${asked[0]?.approvalId}`,
    events: '/events',
    keys: '/keys',
    system: '/system',
  }
}

/** A workflow that has a past. */
async function revise(client: Servers['client']): Promise<void> {
  const { definition } = await client.workflows.get('research-report')
  const tasks = definition.tasks.map((task) =>
    task.taskId === 'review' ? { ...task, retry: { maxAttempts: 5 } } : task,
  )
  await client.workflows.put({ ...definition, version: '2.4', tasks })
}
