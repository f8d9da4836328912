/** An MCP server as somebody else writes one, over stdin and stdout. */
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { addTools } from './offered-tools.ts'

serveStdio(() => {
  const server = new McpServer({ name: 'of-the-test', version: '1' })
  addTools(server)
  return server
})
