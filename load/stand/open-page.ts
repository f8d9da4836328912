import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@opscore/host'
import type { Scenario, Storage } from '../plan.ts'
import { endOfLocust, startLocust } from './locust.ts'
import { pythonEnvironment } from './python-environment.ts'
import { startStand } from './start-stand.ts'
import type { Target } from './target.ts'

export interface PageOptions {
  scenario: Scenario
  storage: Storage
  scales: { users: number; time: number; think: number }
  stopAfter?: number
  host?: Target & { webhookSecret: string }
  folder: string
  cache: string
  signal: AbortSignal
  say: (line: string) => void
}

/** Locust's own page on a scenario, until the signal comes. The scenario begins when its button is pressed. */
export async function openPage(options: PageOptions): Promise<void> {
  const { scenario, storage, host, folder, cache, signal, say } = options
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  const python = pythonEnvironment(cache, say)
  await using resources = new AsyncDisposableStack()
  const data = join(folder, 'data')
  const target = host ?? resources.use(await startStand({ scenario, storage, data, logs, signal }))
  const port = await freePort()
  const locust = await startLocust({
    ...options,
    python,
    file: scenario.file,
    target,
    webhookSecret: host?.webhookSecret ?? '',
    processes: scenario.processes,
    output: folder,
    logs,
    page: { port },
  })
  resources.defer(() => locust.stop())
  say(`http://127.0.0.1:${port}   Ctrl-C stops it.`)
  await endOfLocust(locust, signal)
}
