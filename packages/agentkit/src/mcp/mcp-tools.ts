import type { Log, Outbound } from '@opscore/host'
import type { CallableTool } from '../tools/callable-tool.ts'
import type { McpServers } from './mcp-servers.ts'

/** Tools that come from elsewhere while AgentKit runs. */
export interface ToolSource {
  list(): CallableTool[]
  find(name: string): CallableTool | undefined
  /** Is a name one that its tools have or may get? */
  owns(name: string): boolean
  [Symbol.asyncDispose](): Promise<void>
}

export interface McpToolsOptions {
  servers: McpServers
  outbound: Outbound
  /** For one call, in milliseconds. */
  timeout: number
  log: Log
}

/** The tools of the MCP servers, each as `<server>__<tool>`. The protocol is loaded where there is a server. */
export async function createMcpTools({ servers, ...options }: McpToolsOptions): Promise<ToolSource> {
  const names = Object.keys(servers)
  const { createMcpSource } = names.length === 0 ? {} : await import('./mcp-source.ts')
  const sources = new Map(
    Object.entries(servers).flatMap(([name, server]) =>
      createMcpSource === undefined ? [] : [[name, createMcpSource({ ...options, name, server })] as const],
    ),
  )

  function ownerOf(name: string) {
    const end = name.indexOf('__')
    return end < 0 ? undefined : sources.get(name.slice(0, end))
  }

  return {
    list: () => [...sources.values()].flatMap((source) => source.list()),
    find: (name) => ownerOf(name)?.find(name.slice(name.indexOf('__') + 2)),
    owns: (name) => ownerOf(name) !== undefined,
    async [Symbol.asyncDispose]() {
      await Promise.all([...sources.values()].map((source) => source[Symbol.asyncDispose]()))
    },
  }
}
