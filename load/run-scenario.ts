import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scenario, Storage } from './plan.ts'
import { describeSurroundings } from './stand/describe-surroundings.ts'
import { endOfLocust, startLocust } from './stand/locust.ts'
import { pythonEnvironment } from './stand/python-environment.ts'
import { type Stand, startStand } from './stand/start-stand.ts'
import type { Target } from './stand/target.ts'
import { followSessions, startedSessions } from './watch/follow-sessions.ts'
import { logWarnings, markLogs } from './watch/log-warnings.ts'
import { showProgress } from './watch/progress.ts'
import { sample } from './watch/sampler.ts'

export interface RunOptions {
  scenario: Scenario
  storage: Storage
  /** Of every number of users, every length and every think time. */
  scales: { users: number; time: number; think: number }
  /** Seconds after which a stress test is stopped. */
  stopAfter?: number
  /** A server that runs already: then nothing is started but the load, and nothing is watched but its answers. */
  host?: Target & { webhookSecret: string }
  /** Everything is left here. */
  folder: string
  /** For the Python environment. */
  cache: string
  signal: AbortSignal
  say: (line: string) => void
}

/** How long sessions may take to end once nothing more is started, in milliseconds. */
const PATIENCE = 180_000
/** Milliseconds between two samples: Ops-Core says what its event loop did in the last two seconds. */
const INTERVAL = 2_000

/**
 * Runs a scenario to its end and leaves what was seen in the folder, for `summarise`. Whatever was started is stopped when
 * this settles, however it does.
 */
export async function runScenario(options: RunOptions): Promise<void> {
  const { scenario, storage, host, folder, cache, signal, say } = options
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  const python = pythonEnvironment(cache, say)
  await using resources = new AsyncDisposableStack()
  const data = join(folder, 'data')
  const stand = host ? undefined : resources.use(await startStand({ scenario, storage, data, logs, signal }))
  const target = stand ?? host
  if (!target) throw new Error('There is nothing to aim at')
  write(folder, 'about.json', {
    scenario: scenario.id,
    storage: host ? undefined : storage,
    host: host?.url,
    ...describeSurroundings(),
  })

  const begin = markLogs(logs)
  const locust = await startLocust({
    ...options,
    python,
    file: scenario.file,
    target,
    webhookSecret: host?.webhookSecret ?? '',
    processes: scenario.processes,
    output: folder,
    logs,
  })
  resources.defer(() => locust.stop())
  const watching = new AbortController()
  const watched = watch(options, stand, locust.pid, AbortSignal.any([watching.signal, signal]))
  resources.defer(async () => {
    watching.abort()
    await watched
  })
  await endOfLocust(locust, signal)

  const started = await startedSessions(folder)
  if (started.length > 0) say(`Following ${started.length} sessions to their end …`)
  const sessions = await followSessions(target, started, { patience: PATIENCE, signal })
  write(folder, 'sessions.json', { started: started.length, followed: sessions ?? null })
  const end = markLogs(logs)
  await resources.disposeAsync()
  write(folder, 'warnings.json', logWarnings(logs, { begin, end }))
}

async function watch(options: RunOptions, stand: Stand | undefined, locust: number, signal: AbortSignal) {
  const { folder, say } = options
  const others = new Map([['locust', locust]])
  await Promise.all([
    showProgress({ folder, say, signal }),
    stand && sample({ stand, others, file: join(folder, 'samples.jsonl'), interval: INTERVAL, signal }),
  ])
}

function write(folder: string, name: string, value: object): void {
  writeFileSync(join(folder, name), `${JSON.stringify(value)}\n`)
}
