import { timeLimit, wait } from '@opscore/contract/time'
import { backOff, DEFAULT_RETRY, type RetryPolicy } from './back-off.ts'
import type { Call } from './call.ts'
import { errorFromAnswer, OpsCoreError } from './ops-core-error.ts'
import { checkHeader, type Prepared, prepareRequest, readBaseUrl } from './prepare-request.ts'
import { readTime, type TimeOption } from './time-option.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>
export interface TransportOptions {
  url: string
  apiKey?: string | undefined
  fetch?: Fetch | undefined
  /** `false` repeats nothing. */
  retry?: Partial<RetryPolicy> | false | undefined
  /** For one try, answer included: 30 s by default; `Infinity` for no limit. */
  timeout?: TimeOption | undefined
  /** Reads answers and events. `JSON.parse` by default, which rounds integers beyond 2^53; throws where the text is no JSON. */
  parseJson?: ((text: string) => unknown) | undefined
}

/** What every method of a client takes last. */
export interface CallOptions {
  signal?: AbortSignal | undefined
}

export interface Transport {
  /** The parsed answer; `undefined` where it has no body. Its shape is the contract's promise, and is not checked again. */
  request<T>(call: Call): Promise<T>
  /** An answer to be read as it comes: tried once, and not timed out after its head. */
  open(call: Call): Promise<Response>
  /** What is in a text that Ops-Core sent. */
  parseJson<T>(text: string): T
}

const TRANSIENT_STATUSES = new Set([429, 502, 503, 504])

/** A server that asks for more patience than this gets its error handed to the caller, who knows better. */
const LONGEST_RETRY_AFTER = 60_000

/** May the same call succeed if it is simply made again? */
export function isTransient(error: unknown): error is OpsCoreError {
  if (!(error instanceof OpsCoreError)) return false
  if (error.status === 0) return error.code === 'UNREACHABLE' || error.code === 'TIMEOUT'
  return TRANSIENT_STATUSES.has(error.status) || error.code === 'IDEMPOTENCY_IN_FLIGHT'
}

export function createTransport(options: TransportOptions): Transport {
  const base = readBaseUrl(options.url)
  if (options.apiKey !== undefined) checkHeader('authorization', `Bearer ${options.apiKey}`)
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init))
  const retry = options.retry === false ? { ...DEFAULT_RETRY, maxAttempts: 1 } : { ...DEFAULT_RETRY, ...options.retry }
  const timeout = readTime('timeout', options.timeout ?? 30_000)

  const parse = options.parseJson ?? JSON.parse
  const parseJson = <T>(text: string): T => parse(text) as T
  const prepare = (call: Call) => prepareRequest(base, options.apiKey, call)

  async function exchange<T>(
    { url, init }: Prepared,
    outer: AbortSignal | undefined,
    read: (response: Response) => Promise<T>,
    bodyTimeout: boolean,
  ): Promise<T> {
    outer?.throwIfAborted()
    const late = timeLimit(timeout)
    const signal = outer ? AbortSignal.any([outer, late.signal]) : late.signal
    try {
      const response = await send(url, { ...init, signal })
      if (!response.ok) throw errorFromAnswer(response.status, response.headers, await response.text())
      if (!bodyTimeout) late.lift()
      return await read(response)
    } catch (error) {
      if (outer?.aborted) throw outer.reason
      if (error instanceof OpsCoreError) throw error
      throw noAnswer(base, late.signal.aborted ? timeout : undefined, error)
    } finally {
      late.lift()
    }
  }

  async function request<T>(call: Call): Promise<T> {
    const prepared = prepare(call)
    const attempts = isRepeatable(call) ? retry.maxAttempts : 1
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await exchange(prepared, call.signal, (response) => readJson<T>(response, parseJson), true)
      } catch (error) {
        if (attempt > 1 && isGone(call, error)) return undefined as T
        const done = attempt > 1 && error instanceof OpsCoreError ? await call.wasDone?.(error) : undefined
        if (done !== undefined) return done as T
        if (attempt >= attempts || !isTransient(error)) throw error
        if ((error.retryAfter ?? 0) > LONGEST_RETRY_AFTER) throw error
        await wait(Math.max(error.retryAfter ?? 0, backOff(retry, attempt)), { signal: call.signal })
      }
    }
  }

  return {
    request,
    open: async (call) => exchange(prepare(call), call.signal, async (response) => response, false),
    parseJson,
  }
}

function isRepeatable(call: Call): boolean {
  return call.method !== 'POST' || call.repeatable === true || call.headers?.['idempotency-key'] !== undefined
}

/** A repeated DELETE finds nothing where the one before it went through and only its answer was lost. */
function isGone(call: Call, error: unknown): boolean {
  return call.method === 'DELETE' && error instanceof OpsCoreError && error.status === 404
}

async function readJson<T>(response: Response, parseJson: Transport['parseJson']): Promise<T> {
  const text = await response.text()
  if (text === '') return undefined as T
  try {
    return parseJson(text)
  } catch (cause) {
    throw new OpsCoreError({ code: 'BAD_ANSWER', status: response.status, detail: 'The answer is not JSON.', cause })
  }
}

function noAnswer(base: string, timeout: number | undefined, cause: unknown): OpsCoreError {
  if (timeout !== undefined) {
    return new OpsCoreError({
      code: 'TIMEOUT',
      status: 0,
      detail: `${base} did not answer within ${timeout} ms.`,
      cause,
    })
  }
  return new OpsCoreError({
    code: 'UNREACHABLE',
    status: 0,
    detail: `${base} cannot be reached: ${reason(cause)}.`,
    cause,
  })
}

/** Node's fetch says only "fetch failed"; why is in its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return cause.message || ('code' in cause ? String(cause.code) : cause.name)
}
