import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { JsonObject } from '@opscore/contract'
import { type OpsCoreClient, OpsCoreError } from '@opscore/sdk'
import { listResources, protocolError, RESOURCE_TEMPLATES, readResource } from './resources.ts'
import { answered, failed } from './tools/call-result.ts'
import type { Tool, ToolContext } from './tools/tool.ts'
import { ToolFailure } from './tools/tool-failure.ts'
import { TOOLS } from './tools/tool-table.ts'
import { workflowTools } from './workflow/workflow-tools.ts'

export interface McpServerOptions {
  /** Speaks with the caller's key: what the caller may do is Ops-Core's to say. */
  client: OpsCoreClient
  version: string
  /** How long a call may wait for a session to end, in milliseconds. */
  patience: number
  /** Told where workflows cannot be listed as tools. */
  warn: (error: Error) => void
}

const NAMES: ReadonlySet<string> = new Set(TOOLS.map(({ name }) => name))

const INSTRUCTIONS =
  'Ops-Core runs workflows on a fleet of agents. A run is a session: start one, and call get_session until it has ended; explain says why one waits. An error has a code and a way out.'

/** One server for one caller: Ops-Core's sessions, agents and marked workflows as tools and resources. */
export function createMcpServer(options: McpServerOptions): Server {
  const { client, version } = options
  const server = new Server(
    { name: 'opscore', title: 'Ops-Core', version },
    { capabilities: { tools: {}, resources: {} }, instructions: INSTRUCTIONS },
  )
  server.setRequestHandler('tools/list', async (_request, { mcpReq: { signal } }) => {
    const workflows = await workflowTools(client, { taken: NAMES, signal }).catch((error: unknown) => {
      // The other tools say by themselves what is wrong, and how to mend it.
      if (!(error instanceof OpsCoreError)) throw error
      options.warn(error)
      return []
    })
    return { tools: [...TOOLS, ...workflows].map(described) }
  })
  server.setRequestHandler('tools/call', ({ params: { name, arguments: args = {} } }, context) =>
    call(name, args as JsonObject, toolContext(options, context)),
  )
  server.setRequestHandler('resources/list', async ({ params }, { mcpReq: { signal } }) => {
    return listResources(client, { cursor: params?.cursor, signal }).catch((error) => {
      throw protocolError(error)
    })
  })
  server.setRequestHandler('resources/templates/list', async () => ({ resourceTemplates: RESOURCE_TEMPLATES }))
  server.setRequestHandler('resources/read', ({ params }, { mcpReq: { signal } }) =>
    readResource(client, params.uri, signal),
  )
  return server
}

function described({ name, description, input, readOnly }: Tool) {
  return {
    name,
    description,
    inputSchema: { ...input, type: 'object' as const },
    annotations: { readOnlyHint: readOnly },
  }
}

async function call(name: string, args: JsonObject, context: ToolContext): Promise<CallToolResult> {
  try {
    const tool = TOOLS.find((one) => one.name === name) ?? (await workflowTool(name, context))
    if (!tool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${name}`)
    const problems = tool.check(args)
    if (problems.length > 0) throw new ToolFailure('INVALID_ARGUMENTS', problems.join('; '))
    return answered(await tool.run(args, context))
  } catch (error) {
    context.signal.throwIfAborted()
    return failed(error)
  }
}

async function workflowTool(name: string, { client, signal }: ToolContext): Promise<Tool | undefined> {
  const tools = await workflowTools(client, { taken: NAMES, signal })
  return tools.find((tool) => tool.name === name)
}

function toolContext({ client, patience }: McpServerOptions, { mcpReq }: ServerContext): ToolContext {
  const { signal, _meta: meta, notify } = mcpReq
  const progressToken = meta?.progressToken
  let last = -1
  return {
    client,
    signal,
    patience,
    async progress(done, message) {
      // It must grow with each notification.
      if (progressToken === undefined || done <= last) return
      last = done
      await notify({ method: 'notifications/progress', params: { progressToken, progress: done, message } })
    },
  }
}
