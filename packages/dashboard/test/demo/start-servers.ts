/** Ops-Core with the built page and AgentKit, in this process, over a folder of their own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentKitSettings, startAgentKit } from '@opscore/agentkit'
import { createLog, readSettings } from '@opscore/host'
import { OpsCoreClient } from '@opscore/sdk'
import { type ServerSettings, serverSettings, startOpsCore } from '@opscore/server'
import { buildPage, PAGE_FOLDER, pageState } from '../../src/index.ts'

export interface Servers extends AsyncDisposable {
  opsCoreUrl: string
  agentKitUrl: string
  apiKey: string
  client: OpsCoreClient
}

export async function startServers(chosen: Partial<ServerSettings> = {}): Promise<Servers> {
  if (pageState() === 'stale') await buildPage()
  await using resources = new AsyncDisposableStack()
  const dataDir = mkdtempSync(join(tmpdir(), 'opscore-page-'))
  resources.defer(() => rmSync(dataDir, { recursive: true }))
  const log = createLog({ level: 'error', name: 'page' })
  const apiKey = 'the-key-of-the-page'
  const settings = readSettings(serverSettings, {}, { port: 0, dataDir, apiKey, rateLimit: null, ...chosen })
  const opsCore = await startOpsCore({ settings, log, pageFolder: PAGE_FOLDER })
  resources.defer(() => opsCore.close())
  const webhookUrl = `${opsCore.url}/v1/opscore/internal/agent/notify`
  const agentKit = await startAgentKit({
    settings: readSettings(agentKitSettings, {}, { port: 0, dataDir, webhookUrl }),
    log,
  })
  resources.defer(() => agentKit.close())
  const running = resources.move()
  return {
    opsCoreUrl: opsCore.url,
    agentKitUrl: agentKit.url,
    apiKey,
    client: new OpsCoreClient({ url: opsCore.url, apiKey }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
