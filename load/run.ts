/** `npm run load`: the load plan's scenarios. `npm run load -- --help` says how; docs/load-testing.md says more. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readScenarioOptions, USAGE, UsageError } from './options.ts'
import { runScenario } from './run-scenario.ts'

const ROOT = join(import.meta.dirname, '..')
const RESULTS = join(ROOT, '.load')

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopping.abort(new Error('asked to stop')))
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`)
  else if (!stopping.signal.aborted) console.error(error instanceof Error ? (error.stack ?? error.message) : error)
  process.exitCode = stopping.signal.aborted ? 130 : error instanceof UsageError ? 2 : 1
}
process.exit()

async function run([command = '', ...rest]: readonly string[]): Promise<void> {
  if (['', 'help', '--help', '-h'].includes(command)) return console.log(USAGE)
  await scenario([command, ...rest])
}

async function scenario(args: readonly string[]): Promise<void> {
  const options = readScenarioOptions(args)
  const { scenario, storage, host } = options
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '')
  const folder = resolve(options.output ?? join(RESULTS, `${stamp}-${scenario.id}-${host ? 'host' : storage}`))
  mkdirSync(folder, { recursive: true })
  const { OPSCORE_API_KEY: apiKey = '', OPSCORE_WEBHOOK_SECRET: webhookSecret = '' } = process.env
  const { host: _, ...rest } = options
  await runScenario({
    ...rest,
    ...(host ? { host: { url: host, apiKey, webhookSecret } } : {}),
    folder,
    cache: RESULTS,
    signal: stopping.signal,
    say: (line) => console.error(line),
  })
  console.log(folder)
}
