import type { Command } from 'commander'
import { addExamples } from '../examples.ts'
import { duration, port } from '../option-value.ts'
import { connecting } from '../steering/command-options.ts'
import type { Surroundings } from '../surroundings.ts'
import type { McpFlags } from './serve-mcp.ts'

/** Less than the minute after which clients give a call up. */
const PATIENCE = 45_000

export function addMcp(program: Command, surroundings: Surroundings, version: string): void {
  const command = connecting(
    program
      .command('mcp')
      .description('Serve a running Ops-Core as MCP: over stdin and stdout, or over HTTP with --http.'),
  )
    .option(
      '--http <port>',
      'serve streamable HTTP at /mcp on this port, with the caller’s own key; 0 takes a free one',
      port,
    )
    .option('--host <address>', 'address to listen on, with --http', '127.0.0.1')
    .option('--wait <time>', 'how long a call waits for its session to end (default: 45s)', duration)
    .action(async ({ wait = PATIENCE, ...flags }: Omit<McpFlags, 'wait' | 'version'> & { wait?: number }) => {
      const { serveMcp } = await import('./serve-mcp.ts')
      await serveMcp({ ...flags, wait, version }, surroundings)
    })
  addExamples(command, ['opscore mcp', 'opscore mcp --http 8002'])
}
