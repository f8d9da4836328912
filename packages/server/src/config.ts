import {
  boolean,
  defineSettings,
  duration,
  integer,
  list,
  logLevelSetting,
  oneOf,
  type Setting,
  type Settings,
  text,
} from '@opscore/host'
import { type RedisAddress, readRedisUrl } from '@opscore/store-redis/address'

const DAY = 24 * 3_600_000

/** Requests a second and key, or `null` where no limit of any kind holds. */
const rateLimit: Setting<number | null> = {
  name: 'OPSCORE_RATE_LIMIT',
  type: 'off | number',
  default: 200,
  defaultText: '200',
  doc: 'Management requests a second for each key, with bursts of five times that; triggers have ten times both. An agent has 500 reports a second and 2,000 at once, whatever this says. `off` lifts every limit, those for each agent too, and sheds nothing under overload: for benchmarks',
  secret: false,
  parse(value) {
    if (/^off$/i.test(value)) return null
    const rate = /^\d{1,7}$/.test(value) ? Number(value) : 0
    if (rate < 1) throw new Error('must be off, or a whole number of requests a second, at least 1')
    return rate
  },
}

/** Checked here, so that a bad one is told with all other problems; it is read where it is used. */
const redisUrl: Setting<RedisAddress | undefined> = {
  name: 'OPSCORE_REDIS_URL',
  type: 'URL',
  default: undefined,
  defaultText: '',
  doc: 'Where Redis is: `redis://user:password@host:6379/0`, `redis+sentinel://host:26379,host:26379/master` or `redis+cluster://host:6379,host:6379`; `rediss` in place of `redis` for TLS',
  secret: true,
  parse: readRedisUrl,
}

/** A store's id, or `any`. */
const redisStore: Setting<string | undefined> = {
  name: 'OPSCORE_REDIS_STORE',
  type: 'any | id',
  default: undefined,
  defaultText: '',
  doc: 'The id of the store that Redis must hold, else the start is refused; without it the one that the data directory remembers. `any` takes whatever is there, an empty Redis for a new store: to begin anew, and to be taken out afterwards',
  secret: false,
  parse(value) {
    if (/^any$/i.test(value)) return 'any'
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) throw new Error("must be any, or a store's id")
    return value.toLowerCase()
  },
}

/** Written into the page as it is, so only what needs no escaping there. */
const basePath: Setting<string> = {
  name: 'OPSCORE_BASE_PATH',
  type: 'path',
  default: '',
  defaultText: '',
  doc: 'The prefix below which a proxy serves Ops-Core, such as `/ops`; the proxy may leave it in the address or take it off',
  secret: false,
  parse(value) {
    const bare = value.replace(/\/+$/, '')
    if (!/^(\/[\w.~-]+)*$/.test(bare)) throw new Error('must be a path such as /ops, of letters, digits and . _ ~ -')
    return bare
  },
}

/** Everything that Ops-Core reads from its environment. */
export const serverSettings = defineSettings({
  host: text('OPSCORE_HOST', {
    default: '127.0.0.1',
    doc: 'The address to listen on; beyond loopback a key is needed',
  }),
  port: integer('OPSCORE_PORT', { default: 8000, min: 0, max: 65_535, doc: 'The port; 0 takes a free one' }),
  basePath,
  dataDir: text('OPSCORE_DATA_DIR', { default: '.opscore', doc: 'Where the store and the generated API key lie' }),
  storage: oneOf('OPSCORE_STORAGE_TYPE', ['sqlite', 'redis', 'memory'], {
    default: 'sqlite',
    aliases: { inmemory: 'memory', 'in-memory': 'memory', in_memory: 'memory' },
    doc: '`redis` lets several processes work together; `memory`, or `inmemory`, forgets everything when the process ends',
  }),
  redisUrl,
  redisHost: text('REDIS_HOST', {
    default: 'localhost',
    doc: 'Where Redis is, where `OPSCORE_REDIS_URL` is not set',
  }),
  redisPort: integer('REDIS_PORT', {
    default: 6379,
    min: 1,
    max: 65_535,
    doc: 'Its port, where `OPSCORE_REDIS_URL` is not set',
  }),
  redisPartitions: integer('OPSCORE_REDIS_PARTITIONS', {
    default: 4,
    min: 1,
    max: 4096,
    doc: 'Into how many parts a new store in Redis is divided; a Redis Cluster spreads them over its nodes. It stays so',
  }),
  redisStore,
  role: oneOf('OPSCORE_ROLE', ['all', 'api', 'worker'], {
    default: 'all',
    doc: 'What this process does of several over one Redis: `api` answers requests and leaves what follows to workers, `worker` takes sessions on and answers `/health`, `/ready` and `/metrics` alone',
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
  logLevel: logLevelSetting,
})

export type ServerSettings = Settings<typeof serverSettings>
