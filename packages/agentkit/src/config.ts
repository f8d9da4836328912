import { isIP } from 'node:net'
import {
  boolean,
  ConfigurationError,
  checkEndpoint,
  defineSettings,
  duration,
  integer,
  logLevelSetting,
  networkPolicy,
  type Setting,
  type Settings,
  text,
} from '@opscore/host'
import { LLM_PROVIDERS, type LlmVariable } from './tools/llm/llm-providers.ts'

/** What `generic_llm_completion` reads of the model's provider, each under the name of its variable. */
function providerSettings(): Record<LlmVariable, Setting<string | undefined>> {
  const settings = Object.entries(LLM_PROVIDERS).flatMap(([provider, { keys, bases, url }]) => [
    ...keys.map((name) =>
      text(name, { secret: true, doc: `Key for models of ${provider}, for the tool generic_llm_completion.` }),
    ),
    ...bases.map((name) => text(name, { doc: `Base of its OpenAI-compatible API, in place of ${url}.` })),
  ])
  // Sound, as the names are all that the table has.
  return Object.fromEntries(settings.map((setting) => [setting.name, setting])) as Record<
    LlmVariable,
    Setting<string | undefined>
  >
}

/** Every variable AgentKit reads. */
export const agentKitSettings = defineSettings({
  host: text('AGENTKIT_HOST', {
    default: '127.0.0.1',
    doc: 'Address to listen on. Beyond loopback AGENTKIT_API_KEY is needed.',
  }),
  port: integer('AGENTKIT_PORT', { default: 8001, min: 0, max: 65_535, doc: 'Port to listen on; 0 takes a free one.' }),
  dataDir: text('AGENTKIT_DATA_DIR', { default: '.opscore', doc: 'Folder of agentkit.db.' }),
  webhookUrl: text('OPSCORE_WEBHOOK_URL', {
    doc: 'Where Ops-Core is told of agents, such as http://127.0.0.1:8000/v1/opscore/internal/agent/notify. Without it nobody is told.',
  }),
  webhookSecret: text('OPSCORE_WEBHOOK_SECRET', { secret: true, doc: 'Signs what Ops-Core is told.' }),
  opsCoreUrl: text('OPSCORE_API_URL', {
    doc: "Where Ops-Core's API is, such as http://127.0.0.1:8000. With it AgentKit serves A2A, each caller with a key of Ops-Core.",
  }),
  opsCoreKey: text('OPSCORE_API_KEY', {
    secret: true,
    doc: 'A key of Ops-Core with the scope read, by which AgentKit follows the sessions whose updates A2A has it push. Without it A2A pushes nothing.',
  }),
  publicUrl: text('AGENTKIT_PUBLIC_URL', {
    doc: 'Where others reach AgentKit, for the cards of A2A; without it the address that it listens on.',
  }),
  a2aKeysFile: text('AGENTKIT_A2A_KEYS_FILE', {
    doc: 'JSON or YAML file of the keys for agents elsewhere that speak A2A: an origin and its bearer key a line.',
  }),
  a2aKeyFile: text('AGENTKIT_A2A_KEY_FILE', {
    doc: 'PEM file of a private key (P-256, Ed25519, RSA) that signs the cards of A2A.',
  }),
  apiKey: text('AGENTKIT_API_KEY', {
    secret: true,
    doc: 'Bearer key for tools, for removing agents and for tool invocations.',
  }),
  requireKey: boolean('AGENTKIT_REQUIRE_KEY', {
    default: false,
    doc: 'Ask for the key on every request, also of agents that register.',
  }),
  toolsFile: text('AGENTKIT_TOOLS', { doc: 'JSON or YAML file of external tools and MCP servers.' }),
  toolTimeout: duration('AGENTKIT_TOOL_TIMEOUT', {
    default: 30_000,
    doc: 'How long an external tool or http_request may take.',
  }),
  agentNetworks: text('OPSCORE_AGENT_NETWORKS', {
    default: '',
    doc: 'Networks in which agents and external tools may be: empty allows loopback, private and public ones, strict public ones alone, a list of CIDR ranges those beside the public ones.',
  }),
  llmApiUrl: text('LLM_API_URL', {
    doc: 'Base of an OpenAI-compatible API, such as https://api.openai.com/v1, for the tool llm_completion.',
  }),
  llmApiKey: text('LLM_API_KEY', { secret: true, doc: 'Key of that API.' }),
  llmModel: text('LLM_MODEL', { doc: 'The model that llm_completion asks.' }),
  llmTimeout: duration('LLM_TIMEOUT', { default: 120_000, doc: 'How long a completion may take.' }),
  logLevel: logLevelSetting,
  ...providerSettings(),
})

export type AgentKitSettings = Readonly<Settings<typeof agentKitSettings>>

/** What no setting can say by itself. Throws a `ConfigurationError` with all of it. */
export function checkAgentKitSettings(settings: AgentKitSettings): void {
  const { host, webhookUrl, opsCoreUrl, publicUrl, apiKey, requireKey, agentNetworks, llmApiUrl, llmModel } = settings
  const problems: string[] = []
  if (apiKey === undefined && !isLoopback(host)) {
    problems.push(`AGENTKIT_HOST ${host} is reachable from elsewhere: set AGENTKIT_API_KEY, or listen on 127.0.0.1`)
  }
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    problems.push('AGENTKIT_API_KEY holds blanks or characters beyond ASCII, which no Authorization header can bear')
  }
  if (apiKey === undefined && requireKey) problems.push('AGENTKIT_REQUIRE_KEY needs AGENTKIT_API_KEY')
  problems.push(...urlProblems('OPSCORE_WEBHOOK_URL', webhookUrl), ...urlProblems('LLM_API_URL', llmApiUrl))
  problems.push(...urlProblems('OPSCORE_API_URL', opsCoreUrl), ...urlProblems('AGENTKIT_PUBLIC_URL', publicUrl))
  if (llmApiUrl !== undefined && llmModel === undefined) problems.push('LLM_API_URL needs LLM_MODEL, the model to ask')
  try {
    networkPolicy(agentNetworks)
  } catch (error) {
    problems.push(`OPSCORE_AGENT_NETWORKS: ${error instanceof Error ? error.message : error}`)
  }
  if (problems.length > 0) throw new ConfigurationError(problems)
}

function urlProblems(name: string, url: string | undefined): string[] {
  if (url === undefined) return []
  const verdict = checkEndpoint(networkPolicy(''), url)
  return verdict.ok ? [] : [`${name}: ${verdict.reason}`]
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
