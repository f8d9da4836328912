import { execFile, spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = join(import.meta.dirname, 'rotate.lua')

export interface LoadRequest {
  method: 'GET' | 'POST'
  path: string
  body?: object
}

/** A file of requests that `wrk` sends in turn; removed when disposed of. */
export interface LoadFile extends Disposable {
  path: string
}

export interface Load {
  /** Of the server, without a path. */
  url: string
  apiKey: string
  requests: LoadFile
  connections: number
  seconds: number
}

/** What one run of `wrk` saw. Latencies are in milliseconds. */
export interface LoadResult {
  requests: number
  perSecond: number
  p50: number
  p99: number
  max: number
}

/** Writes requests down for `runLoad`. `name` must be unique in `directory`. */
export function writeLoad(directory: string, name: string, requests: Iterable<LoadRequest>): LoadFile {
  const path = join(directory, `${name}.requests`)
  const lines: string[] = []
  for (const { method, path: target, body } of requests) {
    lines.push(`${method}\t${target}\t${body === undefined ? '' : JSON.stringify(body)}`)
  }
  writeFileSync(path, `${lines.join('\n')}\n`)
  return { path, [Symbol.dispose]: () => rmSync(path) }
}

/**
 * Loads a server from one thread of `wrk`, in a closed loop. Throws where any request failed: a benchmark over answers
 * other than 2xx measures something else.
 */
export async function runLoad({ url, apiKey, requests, connections, seconds }: Load): Promise<LoadResult> {
  const { stdout } = await run('wrk', [
    ...['--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`, '--timeout', '10s'],
    ...['--header', `Authorization: Bearer ${apiKey}`, '--header', 'Content-Type: application/json'],
    ...['--script', script, url, '--', requests.path],
  ])
  const line = stdout.split('\n').find((each) => each.startsWith('{'))
  if (line === undefined) throw new Error(`wrk printed no result:\n${stdout}`)
  const seen: Record<'requests' | 'microseconds' | 'p50' | 'p99' | 'max' | 'badStatus' | 'socketErrors', number> =
    JSON.parse(line)
  if (seen.requests === 0) throw new Error(`No request to ${url} was answered`)
  if (seen.badStatus > 0 || seen.socketErrors > 0) {
    throw new Error(`Of ${seen.requests} requests to ${url} ${seen.badStatus} were refused, ${seen.socketErrors} broke`)
  }
  return {
    requests: seen.requests,
    perSecond: seen.requests / (seen.microseconds / 1e6),
    p50: seen.p50 / 1000,
    p99: seen.p99 / 1000,
    max: seen.max / 1000,
  }
}

/** Installs Debian's `wrk` where it is missing. Throws with the way out where that is not possible. */
export function ensureWrk(): void {
  if (spawnSync('wrk', ['--version']).error === undefined) return
  const installed = spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'wrk'], { stdio: 'pipe' })
  if (installed.status === 0) return
  throw new Error(
    'The benchmarks load servers with wrk, which is missing: install it (Debian, Ubuntu: apt-get install wrk)',
  )
}
