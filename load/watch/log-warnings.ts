import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Lines of a log, at warning or above, that say the same. */
export interface LogWarning {
  /** Whose log. */
  process: string
  /** While processes started, while there was load or sessions went on, or while processes were stopped. */
  phase: Phase
  level: 'warn' | 'error'
  message: string
  count: number
  /** The first of them as it was written, cut. */
  example: string
}

export type Phase = 'start' | 'load' | 'stop'

/** How long each log is, in bytes, by its process: where a phase ends. */
export type LogMarks = ReadonlyMap<string, number>

const LONGEST = 500

export function markLogs(folder: string): LogMarks {
  return new Map(logsIn(folder).map(({ process, file }) => [process, statSync(file).size]))
}

/** What the logs in a folder, one for each process, hold at warning or above. */
export function logWarnings(folder: string, { begin, end }: { begin: LogMarks; end: LogMarks }): LogWarning[] {
  const found = new Map<string, LogWarning>()
  for (const { process, file } of logsIn(folder)) {
    let place = 0
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const phase =
        place < (begin.get(process) ?? 0) ? 'start' : place < (end.get(process) ?? Infinity) ? 'load' : 'stop'
      place += Buffer.byteLength(line) + 1
      const warning = readLine(process, line)
      if (!warning) continue
      const key = JSON.stringify([process, phase, warning])
      const entry = found.get(key) ?? { process, phase, ...warning, count: 0, example: line.slice(0, LONGEST) }
      entry.count += 1
      found.set(key, entry)
    }
  }
  return [...found.values()]
}

function logsIn(folder: string): { process: string; file: string }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.log'))
  return names.sort().map((name) => ({ process: name.slice(0, -'.log'.length), file: join(folder, name) }))
}

type Warning = Pick<LogWarning, 'level' | 'message'>

function readLine(process: string, line: string): Warning | undefined {
  if (line === '') return undefined
  if (line.startsWith('{')) return readJson(line)
  if (process === 'redis') return readRedis(line)
  if (process === 'locust') return readLocust(line)
  // Ours write JSON alone: what is none was written as it ended badly.
  return { level: 'error', message: line.slice(0, LONGEST) }
}

/** Its pid, role and time, and a sign of the level. */
function readRedis(line: string): Warning | undefined {
  const message = /^\d+:[A-Z] .*? # (.*)$/.exec(line)?.[1]
  return message === undefined ? undefined : { level: 'warn', message }
}

/** Its time, its machine, the level, and whose line it is. */
function readLocust(line: string): Warning | undefined {
  const [, level, message = ''] = /^\[[^\]]*\] \S*?(WARNING|ERROR|CRITICAL)\/[^:]*: (.*)$/.exec(line) ?? []
  return level === undefined ? undefined : { level: level === 'WARNING' ? 'warn' : 'error', message }
}

function readJson(line: string): Warning | undefined {
  let entry: unknown
  try {
    entry = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof entry !== 'object' || entry === null || !('level' in entry)) return undefined
  const message = 'msg' in entry ? String(entry.msg) : ''
  if (entry.level === 'warn') return { level: 'warn', message }
  if (entry.level === 'error' || entry.level === 'fatal') return { level: 'error', message }
  return undefined
}
