import type { Client, Tool as ServerTool } from '@modelcontextprotocol/client'
import type { Json, JsonObject } from '@opscore/contract'
import { wait } from '@opscore/contract/time'
import { ApiError, type Log, type Outbound } from '@opscore/host'
import { createBackOff } from '../outbox/back-off.ts'
import { compileArgumentSchema } from '../tools/argument-schema.ts'
import type { CallableTool } from '../tools/callable-tool.ts'
import { callServerTool, serverAway } from './call-server-tool.ts'
import { connectServer } from './connect-server.ts'
import type { McpServer } from './mcp-servers.ts'

/** How old a list of tools may get, in milliseconds. */
const REFRESH = 60_000

/** One list of all is in one answer, and each tool holds a compiled check in memory. */
const MAXIMUM = 200

const TOOL_NAME = /^[A-Za-z0-9._-]{1,94}$/

const backOff = createBackOff({ initial: 1_000, maximum: 60_000 })

/** The tools of one MCP server. */
export interface McpSource {
  /** Those of its newest list; none before there was one. */
  list(): CallableTool[]
  /** `undefined` where its newest list has no such tool. Before there is a list, calling it says so. */
  find(tool: string): CallableTool | undefined
  [Symbol.asyncDispose](): Promise<void>
}

export interface McpSourceOptions {
  /** The prefix of its tools. */
  name: string
  server: McpServer
  outbound: Outbound
  /** For one call, in milliseconds. */
  timeout: number
  log: Log
}

/**
 * Keeps connected to a server from now on. One that is away is tried again and again; its tools, as far as they are known, stay,
 * and say that it is away.
 */
export function createMcpSource({ name: prefix, server, outbound, timeout, log }: McpSourceOptions): McpSource {
  const closing = new AbortController()
  const tried = Promise.withResolvers<void>()
  let client: Client | undefined
  let away: unknown = new Error('It has not been reached yet.')
  let tools: Map<string, CallableTool> | undefined
  let lost = () => {}

  /** Connects, and keeps the list of tools fresh until the connection is lost. */
  async function stayConnected(): Promise<void> {
    const broken = new AbortController()
    const over = AbortSignal.any([broken.signal, closing.signal])
    lost = () => broken.abort()
    const connected = await connectServer(server, { outbound, timeout, signal: closing.signal })
    connected.onclose = lost
    try {
      while (!over.aborted) {
        const listed = await connected.listTools(undefined, { timeout, cacheMode: 'refresh' })
        tools = callables(listed.tools)
        client = connected
        tried.resolve()
        await wait(REFRESH, { signal: over }).catch(() => {})
      }
    } finally {
      client = undefined
      await connected.close()
    }
  }

  async function keepTrying(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; ) {
      try {
        await stayConnected()
        failures = 0
        away = new Error('Its connection was lost.')
      } catch (error) {
        away = error
        failures += 1
        if (failures === 1) log.warn({ mcpServer: prefix, err: error }, 'an MCP server is away: its tools fail')
      }
      tried.resolve()
      // A server that takes connections and drops them is not asked without end either.
      await wait(backOff(Math.max(1, failures)), { signal: closing.signal }).catch(() => {})
    }
  }

  function callables(listed: readonly ServerTool[]): Map<string, CallableTool> {
    const fit = listed.filter(({ name }) => TOOL_NAME.test(name)).slice(0, MAXIMUM)
    if (fit.length < listed.length) {
      log.warn({ mcpServer: prefix, leftOut: listed.length - fit.length }, 'tools of an MCP server are left out')
    }
    return new Map(
      fit.map((tool) => [tool.name, callable(tool.name, tool.description, tool.inputSchema as JsonObject)]),
    )
  }

  function callable(tool: string, description = '', parameters: JsonObject = { type: 'object' }): CallableTool {
    const name = `${prefix}__${tool}`
    const schema = compileArgumentSchema(parameters)
    const endpoint = 'url' in server ? server.url : null
    return {
      fixed: true,
      // A schema that may not be checked here is left to the server, which checks it anyway.
      checkArguments: schema.ok ? schema.check : () => [],
      tool: { name, description, endpoint, parameters, kind: 'external', run: (args) => run(name, tool, args) },
    }
  }

  async function run(name: string, tool: string, args: JsonObject): Promise<Json> {
    await tried.promise
    if (closing.signal.aborted) throw new ApiError('SHUTTING_DOWN', 'AgentKit is stopping')
    if (client === undefined) throw serverAway(name, away)
    if (tools?.has(tool) !== true) {
      throw new ApiError('TOOL_NOT_FOUND', `Tool '${name}' not found in registry (local or external).`)
    }
    return callServerTool(client, { name, tool, args, timeout }, lost)
  }

  const trying = keepTrying()
  return {
    list: () => [...(tools?.values() ?? [])],
    find: (tool) => (tools === undefined ? callable(tool) : tools.get(tool)),
    async [Symbol.asyncDispose]() {
      closing.abort()
      await trying
    },
  }
}
