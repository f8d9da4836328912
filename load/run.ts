/** `npm run load`: the load plan's scenarios. `npm run load -- --help` says how; docs/load-testing.md says more. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runCompare } from './compare/run-compare.ts'
import { placesIn } from './findings/choose-runs.ts'
import { writeFindings } from './findings/write-findings.ts'
import { readCompareOptions, readScenarioOptions, USAGE, UsageError } from './options.ts'
import { reportPage } from './page/report-page.ts'
import { readRun } from './report/run-files.ts'
import type { RunSummary } from './report/run-summary.ts'
import { summarise } from './report/summary.ts'
import { runScenario } from './run-scenario.ts'
import { openPage } from './stand/open-page.ts'

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
  if (command === 'report') return sayOutcome(resolve(rest[0] ?? ''), await report(resolve(rest[0] ?? '')))
  if (command === 'findings') return findings(rest)
  if (command === 'compare') return await compare(rest)
  await scenario([command, ...rest])
}

async function scenario(args: readonly string[]): Promise<void> {
  const { host: url, output, web, ...options } = readScenarioOptions(args)
  const folder = newFolder(output, `${options.scenario.id}-${url ? 'host' : options.storage}`)
  const { OPSCORE_API_KEY: apiKey = '', OPSCORE_WEBHOOK_SECRET: webhookSecret = '' } = process.env
  const host = url ? { host: { url, apiKey, webhookSecret } } : {}
  const run = { ...options, ...host, folder, cache: RESULTS, signal: stopping.signal, say }
  if (web) return await openPage(run)
  await runScenario(run)
  sayOutcome(folder, await report(folder))
}

async function compare(args: readonly string[]): Promise<void> {
  const options = readCompareOptions(args)
  const folder = newFolder(undefined, 'compare')
  const {
    OPSCORE_API_KEY = '',
    OPSCORE_WEBHOOK_SECRET = '',
    AGAINST_API_KEY = '',
    AGAINST_WEBHOOK_SECRET = '',
  } = process.env
  const lines = await runCompare(options, {
    apiKey: OPSCORE_API_KEY,
    webhookSecret: OPSCORE_WEBHOOK_SECRET,
    againstKey: AGAINST_API_KEY,
    againstSecret: AGAINST_WEBHOOK_SECRET,
    folder,
    cache: RESULTS,
    signal: stopping.signal,
    say,
  })
  for (const line of lines) console.log(line)
}

function findings(folders: readonly string[]): void {
  const runs = folders.length > 0 ? folders.map((each) => resolve(each)) : placesIn(RESULTS)
  const written = writeFindings({ docs: join(ROOT, 'docs'), runs })
  console.log(`docs/load_testing_findings.md, of ${written.join(', ')}`)
}

/** Writes `summary.json` and `report.html` from what a run has left in its folder. */
async function report(folder: string): Promise<RunSummary> {
  const summary = summarise(await readRun(folder))
  writeFileSync(join(folder, 'summary.json'), `${JSON.stringify(summary)}\n`)
  writeFileSync(join(folder, 'report.html'), reportPage(summary))
  return summary
}

function sayOutcome(folder: string, { checks, stop, gave, whole }: RunSummary): void {
  const all = whole.find(({ endpoint }) => endpoint === 'all')
  if (all) console.log(`${all.count} requests, ${all.failed} failed, median ${all.median} ms, p99 ${all.p99} ms`)
  for (const { what, holds, figures } of checks) console.log(`${holds ? 'ok  ' : 'FAIL'}  ${what}: ${figures}`)
  if (stop) console.log(stop.reason)
  if (gave) console.log(gave.text)
  console.log(join(folder, 'report.html'))
  if (checks.some(({ holds }) => !holds)) process.exitCode = 1
}

function newFolder(asked: string | undefined, name: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '')
  const folder = resolve(asked ?? join(RESULTS, `${stamp}-${name}`))
  mkdirSync(folder, { recursive: true })
  return folder
}

function say(line: string): void {
  console.error(line)
}
