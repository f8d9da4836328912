import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The requests to one endpoint that were answered within one second; see `scenarios/record.py`. */
export interface SecondOfRequests {
  /** Wall clock, in seconds. */
  t: number
  endpoint: string
  count: number
  failed: number
  /** Milliseconds of all together. */
  total: number
  /** Milliseconds of the slowest. */
  longest: number
  /** How many lie in each bucket of the histogram. */
  buckets: Record<string, number>
}

export interface RequestRecord {
  /** What has been written since the last call. */
  next(): Promise<SecondOfRequests[]>
}

/** Reads what the processes of Locust write into a folder, while they do. */
export function followRequests(folder: string): RequestRecord {
  const read = new Map<string, number>()
  return {
    async next() {
      const files = (await readdir(folder)).filter((name) => /^requests-\d+\.jsonl$/.test(name))
      const found: SecondOfRequests[] = []
      for (const name of files) {
        const { lines, end } = await linesFrom(join(folder, name), read.get(name) ?? 0)
        read.set(name, end)
        found.push(...lines.map((line): SecondOfRequests => JSON.parse(line)))
      }
      return found
    },
  }
}

/** Whole lines from a place in a file on; one that is still being written is left for the next time. */
async function linesFrom(path: string, start: number): Promise<{ lines: string[]; end: number }> {
  await using file: FileHandle = await open(path)
  const { size } = await file.stat()
  const buffer = Buffer.alloc(size - start)
  await file.read(buffer, 0, buffer.length, start)
  const whole = buffer.lastIndexOf(10) + 1
  return { lines: buffer.toString('utf8', 0, whole).split('\n').slice(0, -1), end: start + whole }
}
