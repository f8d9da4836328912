import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client'
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Outbound } from '@opscore/host'
import { guardedFetch } from '../guarded-fetch.ts'
import type { McpServer } from './mcp-servers.ts'

export interface ConnectOptions {
  outbound: Outbound
  /** Milliseconds. */
  timeout: number
  signal: AbortSignal
}

/** Connects to a server, by the newest version of the protocol that both know. Throws whatever came in between. */
export async function connectServer(server: McpServer, { outbound, timeout, signal }: ConnectOptions): Promise<Client> {
  const client = new Client({ name: 'opscore-agentkit', version: '0.1.0' }, { versionNegotiation: { mode: 'auto' } })
  try {
    await client.connect(transportTo(server, outbound), { timeout, signal })
    return client
  } catch (error) {
    await client.close()
    throw error
  }
}

function transportTo(server: McpServer, outbound: Outbound): Transport {
  if ('url' in server) {
    const { url, headers = {} } = server
    const send = guardedFetch(outbound)
    return new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers },
      // What a call is answered with comes with the call: a stream that stays open is not asked for.
      fetch: async (input, init) => (init?.method === 'GET' ? new Response(null, { status: 405 }) : send(input, init)),
    })
  }
  const { command, args = [], env, cwd } = server
  return new StdioClientTransport({
    command,
    args,
    env: { ...getDefaultEnvironment(), ...env },
    ...(cwd === undefined ? {} : { cwd }),
    // What it says for people goes where AgentKit's own words for people go.
    stderr: 'inherit',
  })
}
