import { once } from 'node:events'
import { parseExactly } from '@opscore/contract/exact-json'
import { createHttpApp, createLog, listenAndDrain } from '@opscore/host'
import { createHttpEndpoint, serveStdio } from '@opscore/mcp'
import { OpsCoreClient } from '@opscore/sdk'
import { mcpSettings, readFlagsAndEnvironment } from '../config.ts'
import { type ConnectionFlags, connect, opsCoreUrl } from '../steering/connection.ts'
import type { Surroundings } from '../surroundings.ts'
import { mountEndpoint } from './mount-endpoint.ts'

export interface McpFlags extends ConnectionFlags {
  /** The port; without it stdin and stdout are served. */
  http?: number
  host: string
  /** Milliseconds. */
  wait: number
  version: string
}

/** A payload of 256 KiB with its envelope. */
const BODY_LIMIT = 320 * 1024

/** Serves MCP until it is asked to stop, or the other end of stdin is closed. */
export async function serveMcp(flags: McpFlags, surroundings: Surroundings): Promise<void> {
  await (flags.http === undefined ? overStdio(flags, surroundings) : overHttp(flags.http, flags, surroundings))
}

async function overStdio(flags: McpFlags, { terminal, shutdown }: Surroundings): Promise<void> {
  const { wait: patience, version } = flags
  const warn = (error: Error) => terminal.note(error.message)
  const server = serveStdio({ client: connect(flags), version, patience, warn })
  await Promise.race([once(process.stdin, 'close'), once(process.stdin, 'end'), shutdown.requested])
  await server.close()
}

async function overHttp(port: number, flags: McpFlags, { shutdown }: Surroundings): Promise<void> {
  const { host, wait: patience, version } = flags
  const { logLevel } = readFlagsAndEnvironment(mcpSettings, {})
  const log = createLog({ level: logLevel, name: 'mcp' })
  const url = opsCoreUrl(flags)
  const endpoint = createHttpEndpoint({
    connect: (apiKey) => new OpsCoreClient({ url, apiKey, parseJson: parseExactly }),
    version,
    patience,
    warn: (error) => log.warn({ err: error }, 'a request of MCP met an error'),
  })
  const app = createHttpApp({ log, bodyLimit: BODY_LIMIT, headers: 'api' })
  mountEndpoint(app, endpoint)
  app.get('/health', async () => ({ status: 'healthy' }))
  const listening = await listenAndDrain({ app, host, port })
  log.info({ url: `${listening.url}/mcp` }, 'MCP listens')
  await shutdown.requested
  await endpoint.close()
  await listening.drain()
}
