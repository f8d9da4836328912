import { join } from 'node:path'
import { freePort } from '@opscore/host'
import { type RunningProcess, startProcess } from '../../deploy/topology/running-process.ts'
import type { Target } from './target.ts'

/** Users who are in the middle of a request may end it, for so many seconds. */
const STOP_WITHIN = 10

export interface LocustOptions {
  python: string
  /** A file of `scenarios/`, without its ending. */
  file: string
  target: Target
  webhookSecret?: string
  /** Of every number of users, every length and every think time. */
  scales: { users: number; time: number; think: number }
  /** Seconds. */
  stopAfter?: number
  processes: number
  /** For what is recorded and for Locust's own CSV and HTML. */
  output: string
  logs: string
  /** Where Locust's own page is to be; without it the run begins at once and ends by itself. */
  page?: { port: number }
}

/** Starts Locust on a scenario. */
export async function startLocust(options: LocustOptions): Promise<RunningProcess> {
  const { python, file, target, scales, stopAfter, processes, output, logs, page } = options
  const script = join(import.meta.dirname, '..', 'scenarios', `${file}.py`)
  const asked = {
    '--host': target.url,
    '--scale': scales.users,
    '--time-scale': scales.time,
    '--think-scale': scales.think,
    ...(stopAfter === undefined ? {} : { '--stop-after': stopAfter }),
    '--output': output,
    '--csv': join(output, 'locust'),
    '--html': join(output, 'locust.html'),
    '--stop-timeout': STOP_WITHIN,
    '--exit-code-on-error': 0,
  }
  const pairs = Object.entries(asked).flatMap(([name, value]) => [name, String(value)])
  const shown = page ? ['--web-host', '127.0.0.1', '--web-port', String(page.port)] : ['--headless', '--only-summary']
  return startProcess({
    name: 'locust',
    command: python,
    args: ['-m', 'locust', '-f', script, ...pairs, '--csv-full-history', ...shown, ...(await spread(processes))],
    // Secrets are no arguments: every user of the machine sees those.
    env: {
      OPSCORE_API_KEY: target.apiKey,
      OPSCORE_WEBHOOK_SECRET: options.webhookSecret ?? '',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    folder: logs,
    patience: 1_000 * (STOP_WITHIN + 10),
  })
}

/** Resolves when it has ended by itself and as it should; throws what it said where it did not, or the signal's reason. */
export async function endOfLocust(locust: RunningProcess, signal: AbortSignal): Promise<void> {
  const asked = Promise.withResolvers<never>()
  const stop = () => asked.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    const exitCode = await Promise.race([locust.exitCode, asked.promise])
    if (exitCode !== 0) throw new Error(await locust.ended)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function spread(processes: number): Promise<string[]> {
  if (processes === 1) return []
  const port = String(await freePort())
  return [
    '--processes',
    String(processes),
    '--master-bind-host',
    '127.0.0.1',
    '--master-bind-port',
    port,
    '--master-port',
    port,
  ]
}
