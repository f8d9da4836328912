/** The only reader of the environment in this package. Flags override what stands in it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  defineSettings,
  integer,
  logLevelSetting,
  readSettings,
  type Settings,
  type SettingsDefinition,
  text,
} from '@opscore/host/configuration'
import { CommandFailure, EXIT } from './exit-code.ts'

/** What a simulated agent reads, beside its flags. */
export const agentSettings = defineSettings({
  name: text('AGENT_NAME', { doc: 'Name of a simulated agent' }),
  port: integer('AGENT_PORT', {
    default: 8080,
    min: 0,
    max: 65_535,
    doc: 'Port of a simulated agent; 0 takes a free one',
  }),
  contactEndpoint: text('AGENT_CONTACT_ENDPOINT', { doc: 'Where AgentKit reaches the agent, if not at its own port' }),
  opsCoreUrl: text('OPSCORE_API_URL', { default: 'http://127.0.0.1:8000', doc: 'Where Ops-Core is' }),
  agentKitUrl: text('AGENTKIT_API_URL', { default: 'http://127.0.0.1:8001', doc: 'Where AgentKit is' }),
  dataDir: text('OPSCORE_DATA_DIR', { default: '.opscore', doc: 'Where a generated API key lies' }),
  apiKey: text('OPSCORE_API_KEY', { secret: true, doc: 'The API key; without it the generated one is read' }),
  agentKitKey: text('AGENTKIT_API_KEY', { secret: true, doc: 'The key that AgentKit asks for, where it does' }),
  logLevel: logLevelSetting,
})
export type AgentSettings = Settings<typeof agentSettings>

/** What every command reads that steers a running Ops-Core, beside its flags. */
export const connectionSettings = defineSettings({
  opsCoreUrl: text('OPSCORE_API_URL', { default: 'http://127.0.0.1:8000', doc: 'Where Ops-Core is' }),
  dataDir: text('OPSCORE_DATA_DIR', { default: '.opscore', doc: 'Where a generated API key lies' }),
  apiKey: text('OPSCORE_API_KEY', { secret: true, doc: 'The API key; without it the generated one is read' }),
})

/** What `opscore mcp --http` reads beside its connection. */
export const mcpSettings = defineSettings({ logLevel: logLevelSetting })

/** What `opscore dev` reads by itself; the processes it starts read the rest. */
export const devSettings = defineSettings({
  dataDir: text('OPSCORE_DATA_DIR', { default: '.opscore', doc: 'Where everything is kept' }),
  apiKey: text('OPSCORE_API_KEY', { secret: true, doc: 'The API key; without it one is generated' }),
  webhookSecret: text('OPSCORE_WEBHOOK_SECRET', {
    secret: true,
    doc: 'Signs the webhook; without it one is generated',
  }),
})

/** The settings of a table, flags before the environment. */
export function readFlagsAndEnvironment<D extends SettingsDefinition>(
  definition: D,
  flags: Partial<Settings<D>>,
): Readonly<Settings<D>> {
  return readSettings(definition, process.env, flags)
}

/** Did `npm run`, `npm start` or `npx` start this process, and so a shell in between? */
export function isRunByNpm(): boolean {
  return process.env.npm_lifecycle_event !== undefined
}

/** Is there a screen that a browser could open on? */
export function hasDesktop(): boolean {
  if (process.env.CI || process.env.SSH_CONNECTION) return false
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** The environment that a child process gets: this one's, with `additions`. */
export function childEnvironment(additions: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...additions }
}

/** The key from the environment, from the named file, or the one that Ops-Core generated on this machine. */
export function readApiKey(settings: { apiKey: string | undefined; dataDir: string }, file?: string): string {
  if (file === undefined && settings.apiKey !== undefined) return checkedKey(settings.apiKey, 'OPSCORE_API_KEY')
  const path = file ?? join(settings.dataDir, 'api-key')
  try {
    return checkedKey(readFileSync(path, 'utf8').trim(), path)
  } catch (cause) {
    if (cause instanceof CommandFailure) throw cause
    throw noApiKey(`${path} cannot be read.`, cause)
  }
}

/** What no header can hold is no key: it is said here, and not by whoever would send it. */
function checkedKey(key: string, place: string): string {
  if (key === '') throw noApiKey(`${place} is empty.`)
  if (/^[\x20-\x7e]+$/.test(key)) return key
  throw noApiKey(`${place} holds something else.`)
}

function noApiKey(why: string, cause?: unknown): CommandFailure {
  return new CommandFailure(`There is no API key: ${why}`, {
    exitCode: EXIT.usage,
    hint: 'Set OPSCORE_API_KEY, or name the key’s file with --api-key-file.',
    cause,
  })
}
