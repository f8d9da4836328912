import type { Engine, KeyStore } from '@opscore/engine'
import { createKeyRegistry, createMemoryKeyStore, type KeyRegistry, systemClock, systemIds } from '@opscore/engine'
import { createLog, type Listening, listenAndDrain, readSettings } from '@opscore/host'
import { type ServerSettings, serverSettings } from '../../src/config.ts'
import { createKeyRing, type KeyRing } from '../../src/http/access/key-ring.ts'
import { type ApiOptions, createApi } from '../../src/http/api.ts'
import { fakeEngine } from './fake-engine.ts'

export const KEY = 'the-key-of-the-test'

export interface ApiUnderTest extends AsyncDisposable {
  url: string
  listening: Listening
  /** A request with the key, unless `headers` say otherwise; `json` is sent as the body. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
}

export interface CallOptions {
  json?: unknown
  body?: string | Buffer
  headers?: Record<string, string | undefined>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came back
  json: any
}

/** The HTTP API on a real port, over whatever engine the test needs. */
export async function startApi(
  options: {
    engine?: Partial<Engine>
    keys?: KeyRing
    registry?: KeyRegistry
    rootKeyFile?: string
    settings?: Partial<ServerSettings>
    eventLoop?: ApiOptions['eventLoop']
    now?: () => number
    maxStreams?: number
    limits?: ApiOptions['limits']
    pageFolder?: string
  } = {},
): Promise<ApiUnderTest> {
  const log = createLog({ level: 'silent', name: 'test' })
  const { registry = memoryRegistry() } = options
  const app = createApi({
    engine: fakeEngine(options.engine),
    keys: options.keys ?? createKeyRing(KEY, registry),
    registry,
    settings: readSettings(serverSettings, {}, options.settings),
    log,
    now: options.now ?? Date.now,
    // However busy the machine is that runs the tests.
    eventLoop: options.eventLoop ?? { overloaded: false, delay: { p50: 0, p99: 0, max: 0 }, close() {} },
    pageFolder: options.pageFolder,
    ...(options.rootKeyFile === undefined ? {} : { rootKeyFile: options.rootKeyFile }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.maxStreams === undefined ? {} : { maxStreams: options.maxStreams }),
  })
  const listening = await listenAndDrain({ app, host: '127.0.0.1', port: 0 })
  return {
    url: listening.url,
    listening,
    call: (method, path, call) => callApi(listening.url, KEY, method, path, call),
    async [Symbol.asyncDispose]() {
      await listening.drain({ limit: 1_000 })
      registry.close()
    },
  }
}

/** The keys of one process; of one of several where a store that is shared is given. */
export function memoryRegistry(store: KeyStore = createMemoryKeyStore()): KeyRegistry {
  const log = createLog({ level: 'silent', name: 'test' })
  return createKeyRegistry({ store, clock: systemClock, ids: systemIds, log })
}

export async function callApi(
  url: string,
  key: string,
  method: string,
  path: string,
  { json, body = json === undefined ? undefined : JSON.stringify(json), headers = {} }: CallOptions = {},
): Promise<Answer> {
  const sent = new Headers({ authorization: `Bearer ${key}` })
  if (body !== undefined) sent.set('content-type', 'application/json')
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) sent.delete(name)
    else sent.set(name, value)
  }
  const response = await fetch(`${url}${path}`, {
    method,
    headers: sent,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text ? JSON.parse(text) : undefined,
  }
}
