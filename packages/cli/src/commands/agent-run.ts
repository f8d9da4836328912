import { createLog, isCode, PortInUseError } from '@opscore/host'
import { type Agent, type AgentOptions, createAgent } from '@opscore/sdk/agent'
import { type AgentSettings, agentSettings, readApiKey, readFlagsAndEnvironment } from '../config.ts'
import { CommandFailure, EXIT } from '../exit-code.ts'
import type { Span } from '../option-value.ts'
import { serverUrl } from '../server-url.ts'
import type { Shutdown } from '../shutdown.ts'
import { faultyReports } from '../simulated-agent/faulty-reports.ts'
import { seededRandom } from '../simulated-agent/seeded-random.ts'
import { simulatedWork } from '../simulated-agent/simulated-work.ts'
import { tellParent } from '../supervision.ts'

export interface AgentRunFlags {
  name?: string
  host: string
  port?: number
  contactEndpoint?: string
  capabilities: string[]
  maxConcurrency: number
  workTime: Span
  failureRate: number
  silenceRate: number
  doubleRate: number
  delay: Span
  seed?: number
  opscoreUrl?: string
  agentkitUrl?: string
  apiKeyFile?: string
  drainTimeout: Span
}

/** Runs a simulated agent until it is asked to stop, then drains it. */
export async function agentRun(flags: AgentRunFlags, shutdown: Shutdown): Promise<void> {
  const settings = readFlagsAndEnvironment(agentSettings, settingsFlags(flags))
  if (settings.name === undefined) {
    throw new CommandFailure('The agent needs a name.', { exitCode: EXIT.usage, hint: 'Give it one with --name.' })
  }
  const options = agentOptions(flags, settings, settings.name)
  const agent = await start({ ...options, signal: shutdown.signal }, shutdown)
  if (!agent) return
  tellParent({ type: 'ready' })
  await shutdown.requested
  await agent.close()
}

function settingsFlags({
  name,
  port,
  contactEndpoint,
  opscoreUrl,
  agentkitUrl,
}: AgentRunFlags): Partial<AgentSettings> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(port === undefined ? {} : { port }),
    ...(contactEndpoint === undefined ? {} : { contactEndpoint }),
    ...(opscoreUrl === undefined ? {} : { opsCoreUrl: opscoreUrl }),
    ...(agentkitUrl === undefined ? {} : { agentKitUrl: agentkitUrl }),
  }
}

function agentOptions(flags: AgentRunFlags, settings: AgentSettings, name: string): AgentOptions {
  const random = seededRandom(flags.seed ?? Math.floor(Math.random() * 2 ** 32))
  const { workTime, failureRate, silenceRate, doubleRate, delay } = flags
  const { contactEndpoint, agentKitKey } = settings
  return {
    name,
    capabilities: flags.capabilities,
    tasks: { '*': simulatedWork({ agentName: name, workTime, failureRate, random }) },
    maxConcurrency: flags.maxConcurrency,
    agentKitUrl: serverUrl(
      settings.agentKitUrl,
      flags.agentkitUrl === undefined ? 'AGENTKIT_API_URL' : '--agentkit-url',
    ),
    opsCoreUrl: serverUrl(settings.opsCoreUrl, flags.opscoreUrl === undefined ? 'OPSCORE_API_URL' : '--opscore-url'),
    apiKey: readApiKey(settings, flags.apiKeyFile),
    host: flags.host,
    port: settings.port,
    drainTimeout: flags.drainTimeout.to,
    log: createLog({ level: settings.logLevel, name: 'agent' }),
    fetch: faultyReports({ silenceRate, doubleRate, delay, random }),
    ...(contactEndpoint === undefined ? {} : { contactEndpoint }),
    ...(agentKitKey === undefined ? {} : { agentKitApiKey: agentKitKey }),
  }
}

/** `undefined` where it was asked to stop before it had started. */
async function start(options: AgentOptions, shutdown: Shutdown): Promise<Agent | undefined> {
  try {
    return await createAgent(options)
  } catch (error) {
    if (shutdown.signal.aborted) return undefined
    if (isCode(error, 'EADDRINUSE')) {
      throw new PortInUseError(options.port ?? 0, { cause: error })
    }
    throw error
  }
}
