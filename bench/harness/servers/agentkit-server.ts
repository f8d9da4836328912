import { type ChildServer, startChildServer } from './child-server.ts'

/** AgentKit on a port that was chosen before, as it and Ops-Core each must know where the other is. */
export function startAgentKitServer(options: {
  port: number
  dataDir: string
  opsCoreUrl: string
  webhookSecret: string
}): Promise<ChildServer> {
  const { port, dataDir, opsCoreUrl, webhookSecret } = options
  return startChildServer({
    entry: 'agentkit.ts',
    env: {
      AGENTKIT_PORT: String(port),
      AGENTKIT_DATA_DIR: dataDir,
      OPSCORE_WEBHOOK_URL: `${opsCoreUrl}/v1/opscore/internal/agent/notify`,
      OPSCORE_WEBHOOK_SECRET: webhookSecret,
      LOG_LEVEL: 'warn',
    },
  })
}
