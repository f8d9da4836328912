import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunFiles } from '../report/run-files.ts'
import type { Sample } from '../watch/sampler.ts'

const START = 1_800_000_000

/** What a run of 60 s leaves: 20 s of ramp and 40 s of peak, ten reports a second. `change` puts in what a test is about. */
export function writeRun(folder: string, change: Partial<RunFiles> = {}): string {
  mkdirSync(folder, { recursive: true })
  const run = { ...plainRun(), ...change }
  const json = (name: string, value: unknown) => writeFileSync(join(folder, name), `${JSON.stringify(value)}\n`)
  const lines = (name: string, values: readonly unknown[]) =>
    writeFileSync(join(folder, name), values.map((value) => `${JSON.stringify(value)}\n`).join(''))
  json('about.json', run.about)
  json('run.json', run.planned)
  json('sessions.json', run.sessions)
  json('warnings.json', run.warnings)
  lines('requests-1.jsonl', run.requests)
  lines('failures-1.jsonl', run.failures)
  lines('users.jsonl', run.users)
  lines('samples.jsonl', run.samples)
  if (run.stages.length > 0) lines('stages.jsonl', run.stages)
  if (run.stop) json('stop.json', run.stop)
  return folder
}

function plainRun(): RunFiles {
  const seconds = Array.from({ length: 60 }, (_, second) => START + second)
  return {
    about: {
      scenario: '1',
      storage: 'redis',
      date: '2027-01-15T08:00:00.000Z',
      commit: '0123456789abcdef',
      changed: false,
      machine: { processor: 'a processor', processors: 2, memory: 8 * 2 ** 30, system: 'Linux' },
      versions: { node: '24.0.0', redis: '7.0.0' },
    },
    planned: {
      startedAt: START,
      scale: 1,
      timeScale: 1,
      thinkScale: 1,
      users: [10, 50],
      rampSeconds: 20,
      peakSeconds: 40,
    },
    // Ten a second: nine of 2 ms or a little less, and one of 100 ms.
    requests: seconds.map((t) => ({
      t,
      endpoint: 'POST /v1/opscore/agent/[id]/state',
      count: 10,
      failed: 0,
      total: 117,
      longest: 100,
      buckets: { 35: 9, 233: 1 },
    })),
    failures: [],
    users: seconds.map((t, second) => ({ t, users: Math.min(50, 10 + 2 * second) })),
    samples: seconds.filter((_, second) => second % 2 === 0).map((t) => sampleAt(t)),
    sessions: { started: 0, followed: [] },
    warnings: [],
    stages: [],
  }
}

export function sampleAt(t: number, cpu: Readonly<Record<string, number>> = { opscore: 0.5, locust: 0.25 }): Sample {
  const of = (cores: number) => ({
    cpu: cores,
    busiest: cores,
    memory: 100 * 2 ** 20,
    descriptors: 80,
    sockets: 60,
    read: 1000,
    written: 2000,
  })
  return {
    t,
    machine: 0.9,
    processes: Object.fromEntries(Object.entries(cpu).map(([name, cores]) => [name, of(cores)])),
    opsCore: { delay: { p50: 0, p99: 3, max: 8 }, openSessions: 0, heap: 1, routes: [] },
  }
}
