import {
  boolean,
  defineSettings,
  duration,
  integer,
  LOG_LEVELS,
  list,
  oneOf,
  type Setting,
  type Settings,
  text,
} from '@opscore/host'

const DAY = 24 * 3_600_000

/** Requests a second and key, or `null` where no limit of any kind holds. */
const rateLimit: Setting<number | null> = {
  name: 'OPSCORE_RATE_LIMIT',
  type: 'off | number',
  default: 200,
  defaultText: '200',
  doc: 'Management requests a second for each key, with bursts of five times that; triggers have ten times both. `off` lifts every limit, those for each agent too, and sheds nothing under overload: for benchmarks',
  secret: false,
  parse(value) {
    if (/^off$/i.test(value)) return null
    const rate = /^\d{1,7}$/.test(value) ? Number(value) : 0
    if (rate < 1) throw new Error('must be off, or a whole number of requests a second, at least 1')
    return rate
  },
}

/** Everything that Ops-Core reads from its environment. */
export const serverSettings = defineSettings({
  host: text('OPSCORE_HOST', {
    default: '127.0.0.1',
    doc: 'The address to listen on; beyond loopback a key is needed',
  }),
  port: integer('OPSCORE_PORT', { default: 8000, min: 0, max: 65_535, doc: 'The port; 0 takes a free one' }),
  dataDir: text('OPSCORE_DATA_DIR', { default: '.opscore', doc: 'Where the store and the generated API key lie' }),
  storage: oneOf('OPSCORE_STORAGE_TYPE', ['sqlite', 'memory'], {
    default: 'sqlite',
    doc: '`memory` forgets everything when the process ends',
  }),
  apiKey: text('OPSCORE_API_KEY', {
    secret: true,
    doc: 'The root key, which has every scope and makes the others. Without it one is made at first start and kept in the data directory',
  }),
  webhookSecrets: list('OPSCORE_WEBHOOK_SECRET', {
    secret: true,
    doc: "What AgentKit's webhook is signed with; two, separated by a comma, while it is rotated",
  }),
  webhookAllowUnsigned: boolean('OPSCORE_WEBHOOK_ALLOW_UNSIGNED', {
    default: false,
    doc: 'Takes webhook calls that are neither signed nor bear a key, from whoever reaches the port',
  }),
  agentKitUrl: text('AGENTKIT_API_URL', {
    doc: 'Where AgentKit is, with or without a trailing /v1; without it tasks go straight to the agents',
  }),
  agentKitKey: text('AGENTKIT_API_KEY', { secret: true, doc: 'Sent to AgentKit as a bearer token' }),
  workflows: list('OPSCORE_WORKFLOWS', {
    doc: 'Files with workflow definitions, stored at start where their id is not known; the sample workflow by default',
  }),
  rateLimit,
  agentNetworks: text('OPSCORE_AGENT_NETWORKS', {
    default: '',
    doc: 'Where agents may live: empty for loopback, private and public addresses, `strict` for public ones alone, or CIDR ranges allowed beside public ones',
  }),
  agentHistory: duration('OPSCORE_AGENT_HISTORY', { default: 7 * DAY, doc: "How long an agent's events are kept" }),
  sessionHistory: duration('OPSCORE_SESSION_HISTORY', {
    default: 30 * DAY,
    doc: 'How long a session is kept after its end',
  }),
  shutdownDelay: duration('OPSCORE_SHUTDOWN_DELAY', {
    default: 0,
    doc: 'How long to answer "not ready" before the port is closed',
  }),
  logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, { default: 'info', doc: 'The least level that is logged' }),
})

export type ServerSettings = Settings<typeof serverSettings>
