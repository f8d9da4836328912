import { existsSync, readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { SCENARIO_IDS, type ScenarioId, STORAGES, type Storage } from '../plan.ts'
import type { Surroundings } from '../stand/describe-surroundings.ts'
import type { FollowedSession } from '../watch/follow-sessions.ts'
import type { LogWarning } from '../watch/log-warnings.ts'
import { followRequests, type SecondOfRequests } from '../watch/request-record.ts'
import type { Sample } from '../watch/sampler.ts'

/** The plan's figures that were in force; lengths in seconds. See `scenarios/shapes.py`. */
export interface PlannedRun {
  /** Wall clock, in seconds. */
  startedAt: number
  scale: number
  timeScale: number
  thinkScale: number
  /** Of a ramp. */
  users?: [first: number, last: number]
  rampSeconds?: number
  peakSeconds?: number
  /** Of steps. */
  stepSeconds?: number
  stopAfter?: number
}

/** Everything that a run has left in its folder. Where only Ops-Core's answers could be seen, the rest is empty. */
export interface RunFiles {
  about: Surroundings & { scenario: ScenarioId; storage?: Storage; host?: string }
  planned: PlannedRun
  requests: SecondOfRequests[]
  failures: { t: number; endpoint: string; error: string }[]
  users: { t: number; users: number }[]
  samples: Sample[]
  /** `followed` is `null` where the server has no sessions to ask for. */
  sessions: { started: number; followed: FollowedSession[] | null }
  warnings: LogWarning[]
  /** Of a stress test. */
  stages: { t: number; users: number }[]
  stop?: { t: number; reason: string; broke: boolean }
}

/** Throws where a run has not come to its end. */
export async function readRun(folder: string): Promise<RunFiles> {
  const json = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const lines = <T>(name: string): T[] => (existsSync(join(folder, name)) ? parseLines(join(folder, name)) : [])
  if (!existsSync(join(folder, 'warnings.json'))) throw new Error(`${folder} holds no run that came to its end`)
  const about = json<RunFiles['about']>('about.json')
  if (!SCENARIO_IDS.includes(about.scenario)) throw new Error(`${folder}: there is no scenario ${about.scenario}`)
  if (about.storage && !STORAGES.includes(about.storage)) throw new Error(`${folder}: no storage ${about.storage}`)
  return {
    about,
    planned: json('run.json'),
    requests: await followRequests(folder).next(),
    failures: await failuresOf(folder),
    users: lines('users.jsonl'),
    samples: lines('samples.jsonl'),
    sessions: json('sessions.json'),
    warnings: json('warnings.json'),
    stages: lines('stages.jsonl'),
    ...(existsSync(join(folder, 'stop.json')) ? { stop: json('stop.json') } : {}),
  }
}

async function failuresOf(folder: string): Promise<RunFiles['failures']> {
  const files = await Array.fromAsync(glob('failures-*.jsonl', { cwd: folder }))
  return files.flatMap((name) => parseLines<RunFiles['failures'][number]>(join(folder, name)))
}

function parseLines<T>(path: string): T[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter(Boolean).map((line): T => JSON.parse(line))
}
