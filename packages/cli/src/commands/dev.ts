import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SessionView, WorkflowDefinition } from '@opscore/contract'
import { startTimer } from '@opscore/contract/time'
import { OpsCoreClient } from '@opscore/sdk'
import { SAMPLE_WORKFLOW } from '@opscore/server/sample-workflow'
import { devSettings, readApiKey, readFlagsAndEnvironment } from '../config.ts'
import { type DataFolder, openDataFolder } from '../dev/data-folder.ts'
import { createProcesses, type Fleet, type Processes, quote } from '../dev/fleet.ts'
import { openPage, pageLink } from '../dev/open-page.ts'
import { preparePage } from '../dev/page.ts'
import { traceSession } from '../dev/session-trace.ts'
import { welcome } from '../dev/welcome.ts'
import { CommandFailure, EXIT } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { paint } from '../terminal/text.ts'

export interface DevFlags {
  once?: true
  /** Whether the page is opened where there is a desktop. */
  open: boolean
  agents: number
  port: number
  agentkitPort: number
  dataDir?: string
}

/** Both take seconds; what takes longer than this, in milliseconds, is stuck. */
const START_LIMIT = 90_000
const SESSION_LIMIT = 120_000

/** Starts everything as processes of their own, runs the sample workflow, and serves until it is asked to stop. */
export async function dev(flags: DevFlags, { terminal, shutdown, onAbandon }: Surroundings): Promise<void> {
  const processes = createProcesses()
  onAbandon(processes.kill)
  const work = runAndServe(flags, processes, terminal, shutdown.signal).then(
    (lastLine) => ({ lastLine }),
    (error: unknown) => ({ error }),
  )
  const outcome = await Promise.race([work, shutdown.requested.then(() => undefined)])
  if (shutdown.signal.aborted) terminal.note('Stopping …')
  await processes.stop()
  if (shutdown.signal.aborted) {
    if (!flags.once) return
    throw new CommandFailure('Interrupted before the session ended.', { exitCode: EXIT.interrupted })
  }
  if (outcome && 'lastLine' in outcome) terminal.out(outcome.lastLine)
  else throw outcome?.error
}

/** Resolves with what is to be printed last, with `--once` alone; else it serves until something ends that must not. */
async function runAndServe(
  flags: DevFlags,
  processes: Processes,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<string> {
  const settings = readFlagsAndEnvironment(devSettings, flags.dataDir === undefined ? {} : { dataDir: flags.dataDir })
  const folder = openDataFolder(settings.dataDir)
  if (!flags.once) await preparePage(terminal)
  terminal.note(`Starting Ops-Core, AgentKit and ${flags.agents} simulated agents …`)
  const starting = processes.start({
    folder,
    port: flags.port,
    agentKitPort: flags.agentkitPort,
    agents: flags.agents,
    webhookSecret: settings.webhookSecret ?? folder.webhookSecret(),
  })
  const fleet = await within(START_LIMIT, starting, () => stuck('The agents were not ready', START_LIMIT, folder))
  const deaths = processes.watch((ended) => {
    terminal.note([paint.red('error:'), ` ${ended.message}`])
    for (const line of quote(ended.lastLines)) terminal.note(line)
  })
  deaths.catch(() => {})
  const apiKey = readApiKey({ apiKey: settings.apiKey, dataDir: folder.path }, fleet.apiKeyFile)
  const sample = runSample({ fleet, apiKey, folder, terminal, signal })
  const session = await Promise.race([deaths, sample])
  if (flags.once) return sessionEnd(session)
  terminal.out(sessionEnd(session))
  const page = pageLink(fleet.opsCoreUrl, apiKey)
  welcome({ fleet, sessionId: session.sessionId, page, terminal })
  if (flags.open) openPage(page, folder, terminal)
  return deaths
}

interface SampleRun {
  fleet: Fleet
  apiKey: string
  folder: DataFolder
  terminal: Terminal
  signal: AbortSignal
}

async function runSample({ fleet, apiKey, folder, terminal, signal }: SampleRun): Promise<SessionView> {
  const client = new OpsCoreClient({ url: fleet.opsCoreUrl, apiKey })
  const { items } = await client.agents.list({ limit: 200, signal })
  const first = items.find((agent) => agent.agentName === 'agent-1')
  if (!first) throw new CommandFailure('agent-1 is not registered with Ops-Core.')
  const definition: WorkflowDefinition = JSON.parse(readFileSync(SAMPLE_WORKFLOW, 'utf8'))
  const agentNames = new Map(items.map((agent) => [agent.agentId, agent.agentName]))
  terminal.out([paint.bold(definition.name ?? definition.id), ' on agent-1'])
  const stop = new AbortController()
  const looking = AbortSignal.any([signal, stop.signal])
  const trace = traceSession({ client, agentId: first.agentId, definition, agentNames, terminal, signal: looking })
  return await within(SESSION_LIMIT, trace, () => {
    stop.abort()
    return stuck('The session had not ended', SESSION_LIMIT, folder)
  })
}

async function within<T>(limit: number, work: Promise<T>, onLate: () => Error): Promise<T> {
  const late = Promise.withResolvers<never>()
  const callOff = startTimer(limit, () => late.reject(onLate()))
  try {
    return await Promise.race([work, late.promise])
  } finally {
    callOff()
  }
}

function stuck(what: string, limit: number, folder: DataFolder): CommandFailure {
  return new CommandFailure(`${what} after ${limit / 1000} s.`, {
    hint: `What the processes say is in ${dirname(folder.logFile('ops-core'))}.`,
  })
}

/** @throws CommandFailure where it did not complete, with the reason */
function sessionEnd(session: SessionView): string {
  const { sessionId, status, startTime, endTime, error } = session
  if (status === 'completed' && endTime !== null) {
    return `session ${sessionId} completed in ${Date.parse(endTime) - Date.parse(startTime)} ms`
  }
  throw new CommandFailure(
    `session ${sessionId} ${status}: ${error ? `${error.code}: ${error.message}` : 'no reason stated'}`,
  )
}
