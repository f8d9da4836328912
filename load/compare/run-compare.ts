import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { CompareArguments } from '../options.ts'
import { pythonEnvironment } from '../stand/python-environment.ts'
import { startStand } from '../stand/start-stand.ts'
import { type ComparedServer, compareServers } from './compare-servers.ts'
import { ratioLines, ratiosOf } from './ratios.ts'

export interface Surroundings {
  /** Of the first server, where it runs already. */
  apiKey: string
  webhookSecret: string
  /** Of the second one. */
  againstKey: string
  againstSecret: string
  folder: string
  cache: string
  signal: AbortSignal
  say: (line: string) => void
}

/** Without `--host` the first server is an Ops-Core of this run's own, without limits: no think time would be beyond them. */
export async function runCompare(asked: CompareArguments, surroundings: Surroundings): Promise<string[]> {
  const { folder, cache, signal, say, apiKey, webhookSecret, againstKey, againstSecret } = surroundings
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  const python = pythonEnvironment(cache, say)
  await using resources = new AsyncDisposableStack()
  const scenario = { startsWorkflows: true, liftsLimits: true }
  const data = resolve(folder, 'data')
  const own = asked.host
    ? { url: asked.host, apiKey }
    : resources.use(await startStand({ scenario, storage: asked.storage, data, logs, signal }))
  const servers: [ComparedServer, ComparedServer] = [
    { name: 'this', url: own.url, apiKey: own.apiKey, webhookSecret: asked.host ? webhookSecret : '' },
    { name: 'against', url: asked.against, apiKey: againstKey, webhookSecret: againstSecret },
  ]
  const { users, rounds, seconds } = asked
  const measured = await compareServers({ servers, users, rounds, seconds, python, folder, signal, say })
  const ratios = ratiosOf(measured)
  writeFileSync(join(folder, 'comparison.json'), `${JSON.stringify({ ...asked, ratios, rounds: measured })}\n`)
  return ratioLines(ratios, [servers[0].name, servers[1].name])
}
