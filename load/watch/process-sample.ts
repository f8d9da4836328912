import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { usageOf } from '../../bench/harness/process-usage.ts'

/** What a process has used since its start, and what it holds. */
export interface ProcessCount {
  /** Of all threads and of children that run, in milliseconds. */
  cpu: number
  /** Of its main thread, and of each child, by process id; in milliseconds. A child comes and goes, so that each has its own. */
  threads: ReadonlyMap<number, number>
  /** In bytes. */
  memory: number
  descriptors: number
  sockets: number
  /** Bytes through system calls: sockets, and files where it has some. */
  read: number
  written: number
}

/** `undefined` where it is gone. */
export function countProcess(pid: number): ProcessCount | undefined {
  try {
    const own = countOne(pid)
    const pids = childrenOf(pid)
    const children = pids.map(countOne)
    const sum = (key: keyof Count) => children.reduce((total, child) => total + child[key], own[key])
    return {
      cpu: sum('cpu'),
      threads: new Map([
        [pid, threadCpu(pid)],
        ...pids.map((child, index) => [child, children[index]?.cpu ?? 0] as const),
      ]),
      memory: sum('memory'),
      descriptors: sum('descriptors'),
      sockets: sum('sockets'),
      read: sum('read'),
      written: sum('written'),
    }
  } catch {
    return undefined
  }
}

type Count = Omit<ProcessCount, 'threads'>

function countOne(pid: number): Count {
  const { cpu, resident } = usageOf(pid)
  const io = readFileSync(`/proc/${pid}/io`, 'utf8')
  const figure = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1])
  const descriptors = readdirSync(`/proc/${pid}/fd`)
  return {
    cpu,
    memory: resident,
    descriptors: descriptors.length,
    sockets: descriptors.filter((each) => targetOf(pid, each).startsWith('socket:')).length,
    read: figure('rchar'),
    written: figure('wchar'),
  }
}

/** One that was closed meanwhile has no target. */
function targetOf(pid: number, descriptor: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`)
  } catch {
    return ''
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

/** Of the main thread alone, in milliseconds. */
function threadCpu(pid: number): number {
  const [nanoseconds] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ', 1)
  return Number(nanoseconds) / 1e6
}
