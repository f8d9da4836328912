import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

/** What a run's figures depend on. */
export interface Surroundings {
  /** When this was asked, ISO 8601. */
  date: string
  commit: string
  /** Files differ from the commit. */
  changed: boolean
  machine: { processor: string; processors: number; memory: number; system: string }
  versions: Record<string, string>
}

export function describeSurroundings(): Surroundings {
  const git = (...args: string[]) => said('git', args)
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain', '--untracked-files=no') !== '',
    machine: {
      processor: cpus()[0]?.model ?? 'unknown',
      processors: availableParallelism(),
      memory: totalmem(),
      system: `${type()} ${release()}`,
    },
    versions: {
      node: process.versions.node,
      redis: /v=(\S+)/.exec(said('redis-server', ['--version']))?.[1] ?? '',
    },
  }
}

/** The first line that a command prints; nothing where there is no such command. */
function said(command: string, args: readonly string[]): string {
  const { stdout } = spawnSync(command, args, { encoding: 'utf8', cwd: import.meta.dirname })
  return (stdout ?? '').split('\n', 1).join()
}
