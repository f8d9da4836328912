import { createHttpApp, type Listening, type Log, listenAndDrain, networkPolicy } from '@opscore/host'
import { createRemoteAgents } from './a2a/remote/remote-agent.ts'
import { type RemoteKeys, readRemoteKeys } from './a2a/remote/remote-keys.ts'
import { type AgentKitSettings, checkAgentKitSettings } from './config.ts'
import { createGateway } from './gateway.ts'
import { createAccess } from './http/access.ts'
import { addAgentRoutes } from './http/agent.ts'
import { errorEnvelope } from './http/envelope.ts'
import { addHealthRoutes } from './http/health.ts'
import { addMessageRoutes } from './http/message.ts'
import { addRemoteAgentRoute } from './http/remote-agent.ts'
import { addToolRoutes } from './http/tool.ts'
import { createMcpTools } from './mcp/mcp-tools.ts'
import { createOutbounds } from './outbounds.ts'
import { openStore } from './store/store.ts'
import { createBuiltInTools } from './tools/built-in.ts'
import { collectTools } from './tools/collect-tools.ts'
import { createToolInvoker } from './tools/invoke-tool.ts'
import type { Tool } from './tools/tool.ts'
import { createToolRegistry } from './tools/tool-registry.ts'
import { readToolsFile } from './tools/tools-file.ts'

export interface AgentKit {
  url: string
  port: number
  /** Stops accepting, lets what is on its way end, closes the database. What was not sent goes out at the next start. */
  close(): Promise<void>
}

export interface StartOptions {
  settings: AgentKitSettings
  log: Log
  /** Tools that this process runs itself, beside the built-in ones. */
  tools?: readonly Tool[]
  /**
   * Called where the disk failed in a way that leaves unknown what is on it: nothing is acknowledged any more, and only a
   * new process can find out. By default the process exits.
   */
  onLost?: () => void
}

/** Registrations and tool definitions; messages have a limit of their own. */
const BODY_LIMIT = 64 * 1024

/** sysexits.h, EX_IOERR: a supervisor sees that it was the disk. */
const EXIT_DISK_FAILED = 74

/**
 * Starts AgentKit and sends at once whatever an earlier process left in the outbox. Throws `ConfigurationError`,
 * `PortInUseError`, or an `Error` where the database cannot be opened.
 */
export async function startAgentKit({
  settings,
  log,
  tools: own = [],
  onLost = exit,
}: StartOptions): Promise<AgentKit> {
  checkAgentKitSettings(settings)
  const { tools: configured, mcpServers: servers } =
    settings.toolsFile === undefined ? { tools: [], mcpServers: {} } : readToolsFile(settings.toolsFile)
  const policy = networkPolicy(settings.agentNetworks)

  await using resources = new AsyncDisposableStack()
  const { store, contents } = await openStore({
    directory: settings.dataDir,
    onLost(error) {
      log.error({ err: error }, 'the database failed, and what is on disk is unknown: AgentKit stops')
      onLost()
    },
  })
  resources.use(store)
  const outbounds = resources.use(createOutbounds(settings, policy))
  const keys: RemoteKeys = settings.a2aKeysFile === undefined ? new Map() : readRemoteKeys(settings.a2aKeysFile)
  const remote = createRemoteAgents({ outbound: outbounds.a2a, keys })
  const known = contents.agents
  const gateway = resources.use(createGateway({ settings, policy, store, known, outbounds, remote, log }))
  const network = { policy, outbound: outbounds.tools }
  const local = [...createBuiltInTools(settings, outbounds), ...own]
  const collected = collectTools({ local, configured, stored: contents.tools }, { network, log })
  const mcp = { servers, outbound: outbounds.mcp, timeout: settings.toolTimeout, log }
  const source = resources.use(await createMcpTools(mcp))
  const tools = createToolRegistry({ store, tools: collected, network, source })

  const app = createHttpApp({ log, bodyLimit: BODY_LIMIT, headers: 'api', shapeError: errorEnvelope })
  const access = createAccess(settings)
  addHealthRoutes(app)
  addAgentRoutes(app, { ...gateway, access })
  addRemoteAgentRoute(app, { agents: gateway.agents, remote, policy, access })
  addMessageRoutes(app, { ...gateway, access, invokeTool: createToolInvoker({ tools, log }) })
  addToolRoutes(app, { tools, access })
  let url = ''
  const { opsCoreUrl, opsCoreKey, publicUrl, requireKey, a2aKeyFile: keyFile } = settings
  if (opsCoreUrl !== undefined) {
    const { openA2a } = await import('./a2a/open-a2a.ts')
    const push = { store, known: contents.pushConfigs, policy, outbound: outbounds.agents, log }
    const baseUrl = () => publicUrl ?? url
    resources.use(
      openA2a(app, { ...push, agents: gateway.agents, opsCoreUrl, opsCoreKey, requireKey, keyFile, baseUrl }),
    )
  }
  // Before anything new comes in, so that the order of what Ops-Core is told stays that of the outbox.
  gateway.resume(contents)
  const listening: Listening = await listenAndDrain({ app, host: settings.host, port: settings.port })
  resources.defer(() => listening.drain())
  url = listening.url
  log.info({ url: listening.url }, 'AgentKit listens')

  const running = resources.move()
  return { url: listening.url, port: listening.port, close: () => running.disposeAsync() }
}

function exit(): void {
  process.exit(EXIT_DISK_FAILED)
}
