/** Every example's run, as a person starts it, against a real Ops-Core and AgentKit. */
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { agentKitSettings, startAgentKit } from '@opscore/agentkit'
import { createLog, freePort, readSettings } from '@opscore/host'
import { serverSettings, startOpsCore } from '@opscore/server'
import { afterAll, beforeAll, expect, it } from 'vitest'

const EXAMPLES = join(import.meta.dirname, '..')
const API_KEY = 'the-key-of-the-examples'

/** What each prints, among other things. */
const PRINTS: Record<string, RegExp[]> = {
  '01-sequence': [/^completed: "About coffee: coffee grows on hills\. coffee likes rain\."$/m],
  '02-branch': [/ {2}refund: completed\n(.*\n)*.*file: completed\ncompleted/, / {2}answer: completed\n/],
  '03-fan-out-and-join': [/ {2}experts: failed, AGENT_ERROR\n/, /^completed: \{"summary":/m],
  '04-fallback': [/ {2}ask-large-model: failed, OVERLOADED, OVERLOADED\n {2}ask-small-model: completed\n/],
  '05-long-task-with-heartbeats': [/ {2}crawl: completed, HEARTBEAT_TIMEOUT\ncompleted: 5$/m],
  '06-capability-routing': [
    / {2}outline by editor \(SESSION_AGENT/,
    / {2}polish by translator-[12] \(LEAST_LOADED/,
    / {2}picture by artist \(LEAST_LOADED/,
    /^completed: "review, done"$/m,
  ],
  '08-agent-that-answers': [
    /^completed: "entered 3\.2"\n(.*\n)*.*enter: failed, NOT_A_NUMBER\nfailed: "NOT_A_NUMBER"$/m,
  ],
  '09-agent-elsewhere-by-a2a': [/^completed: "HELLO has 5 letters"$/m],
  // Where the clocks have changed meanwhile, three days may have another number of mornings.
  '10-nightly-report': [
    /^next: \d{4}-\d\d-\d\dT06:00:00\+0[12]:00$/m,
    /(completed: "sales: 12 tickets"\n(.*\n)*){2}[234] entries: fired$/m,
  ],
  '11-support-triage': [
    /^to Anna: Which invoice is it\?$/m,
    /^completed: "billing: My invoice is wrong\. It is number 17\."$/m,
  ],
  '12-review-by-people': [
    /^Publish "bees"\? \{"text":"All about bees\."\}$/m,
    /^completed: \{.*"decision":"approved"\}$/m,
  ],
  '07-cancel-and-retry': [/^cancelled: null\n(.*\n)*failed: "NO_CARRIER"\n(.*\n)*completed: "shipped"$/m],
}

const dataDir = mkdtempSync(join(tmpdir(), 'opscore-examples-'))
const running = new AsyncDisposableStack()
const env: Record<string, string> = { OPSCORE_API_KEY: API_KEY }

beforeAll(async () => {
  const log = createLog({ level: 'error', name: 'examples' })
  const port = await freePort()
  const agentKitUrl = `http://127.0.0.1:${port}`
  const core = { port: 0, dataDir, agentKitUrl, apiKey: API_KEY, storage: 'memory' } as const
  const opsCore = await startOpsCore({ settings: readSettings(serverSettings, {}, core), log })
  running.defer(() => opsCore.close())
  const webhookUrl = `${opsCore.url}/v1/opscore/internal/agent/notify`
  const kit = { port, dataDir, webhookUrl }
  const agentKit = await startAgentKit({ settings: readSettings(agentKitSettings, {}, kit), log })
  running.defer(() => agentKit.close())
  Object.assign(env, { OPSCORE_API_URL: opsCore.url, AGENTKIT_API_URL: agentKit.url })
})

afterAll(async () => {
  await running.disposeAsync()
  rmSync(dataDir, { recursive: true, force: true })
})

it.each(globSync('*/run.ts', { cwd: EXAMPLES }).sort())('%s does what its README says', async (file) => {
  const child = spawn(process.execPath, [join(EXAMPLES, file)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect({ exit: await exit, complaints }).toEqual({ exit: 0, complaints: '' })
  const expected = PRINTS[dirname(file)] ?? []
  expect(expected).not.toEqual([])
  for (const line of expected) expect(printed).toMatch(line)
})
