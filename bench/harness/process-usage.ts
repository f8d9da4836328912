/** What a process uses, as Linux counts it (proc_pid_stat(5)). */
import { readdirSync, readFileSync } from 'node:fs'
import { wait } from '@opscore/contract/time'

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const MILLISECONDS_A_TICK = 10

export interface ProcessUsage {
  /** Of all threads, in milliseconds. */
  cpu: number
  /** Of the children that have ended and were waited for, in milliseconds. */
  childrenCpu: number
  /** In bytes. */
  resident: number
}

export function usageOf(pid: number | 'self'): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, in parentheses, may hold anything; what follows it are numbers from the third field on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (place: number) => Number(fields[place - 3])
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    cpu: (field(14) + field(15)) * MILLISECONDS_A_TICK,
    childrenCpu: (field(16) + field(17)) * MILLISECONDS_A_TICK,
    resident: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
  }
}

/** What a process has had written to disk, in bytes, whole pages of it (proc_pid_io(5)). */
export function writtenBy(pid: number): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}

/**
 * What the threads that a process has now have worked, in milliseconds, to the nanosecond where `usageOf` counts in steps
 * of ten: for processes that do next to nothing. /proc/<pid>/task/<tid>/schedstat.
 */
export function exactCpu(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const worked = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1).join()),
  )
  return worked.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6
}

/** How long all processors together have worked since the machine's start, in milliseconds. */
export function machineCpu(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)
    .join()
    .replace(/^cpu\s+/, '')
    .split(' ')
    .map(Number)
  return (user + nice + system + irq + softirq) * MILLISECONDS_A_TICK
}

/** Waits until the machine's processors are all but idle: `share` of one of them at most, or until `patience` is over. */
export async function untilQuiet({ share, patience }: { share: number; patience: number }): Promise<void> {
  const probe = 300
  for (let waited = 0; waited < patience; waited += probe) {
    const before = machineCpu()
    await wait(probe)
    if ((machineCpu() - before) / probe <= share) return
  }
}
