import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wait } from '@opscore/contract/time'
import { createHistogram } from '../report/histogram.ts'
import { followRequests, type SecondOfRequests } from './request-record.ts'

/** Milliseconds between two lines: on a terminal one takes the other's place. */
const EVERY = { terminal: 2_000, file: 30_000 }

export interface ProgressOptions {
  /** Where Locust writes what it does. */
  folder: string
  say: (line: string) => void
  signal: AbortSignal
}

/** Says how the run goes until it is told to stop. */
export async function showProgress({ folder, say, signal }: ProgressOptions): Promise<void> {
  const record = followRequests(folder)
  const every = process.stderr.isTTY ? EVERY.terminal : EVERY.file
  const begin = performance.now()
  let failed = 0
  while (!signal.aborted) {
    await wait(every, { signal }).catch(() => {})
    if (signal.aborted) return
    const seconds = await record.next()
    failed += seconds.reduce((sum, each) => sum + each.failed, 0)
    say(progressLine({ elapsed: performance.now() - begin, users: usersNow(folder), seconds, every, failed }))
  }
}

interface Progress {
  /** Milliseconds. */
  elapsed: number
  users: number
  seconds: readonly SecondOfRequests[]
  every: number
  failed: number
}

function progressLine({ elapsed, users, seconds, every, failed }: Progress): string {
  const times = createHistogram()
  for (const { buckets, total, longest } of seconds) times.add(buckets, total, longest)
  const clock = `${Math.floor(elapsed / 60_000)}:${String(Math.floor(elapsed / 1000) % 60).padStart(2, '0')}`
  const rate = ((1000 * times.count) / every).toFixed(1)
  const p99 = times.count === 0 ? '' : `, p99 ${times.percentile(0.99).toFixed(1)} ms`
  return `${clock}  ${users} users, ${rate} requests/s${p99}, ${failed} failed`
}

function usersNow(folder: string): number {
  const file = join(folder, 'users.jsonl')
  if (!existsSync(file)) return 0
  const line = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)
  return line ? JSON.parse(line).users : 0
}
