import { type StdioServerHandle, serveStdio as serve } from '@modelcontextprotocol/server/stdio'
import { createMcpServer, type McpServerOptions } from '../mcp-server.ts'

export type StdioOptions = McpServerOptions

/** Serves one caller over this process's stdin and stdout, whichever version of the protocol it opens with. */
export function serveStdio(options: StdioOptions): StdioServerHandle {
  return serve(() => createMcpServer(options), { onerror: options.warn })
}
