import { parseArgs } from 'node:util'
import { SCENARIO_IDS, SCENARIOS, type Scenario, STORAGES, type Storage } from './plan.ts'

export const USAGE = `npm run load -- SCENARIO [options]

SCENARIO is one of
${SCENARIO_IDS.map((id) => `  ${id.padEnd(8)}${SCENARIOS[id].name}: ${SCENARIOS[id].shows}`).join('\n')}

  --storage redis|sqlite   what Ops-Core stands on (redis)
  --scale N                of every number of users (1)
  --time-scale N           of every length (1)
  --think-scale N          of every think time (1)
  --stop-after SECONDS     when a stress test ends where nothing breaks (1800)
  --host URL               a server that runs already, its key in OPSCORE_API_KEY; nothing is started but the load
  --output FOLDER          where results go (.load/<time>-<scenario>-<storage>)
  --web                    Locust's own page, to start and watch the scenario by hand

npm run load -- report FOLDER           writes the report of a run again
npm run load -- findings [FOLDER …]     writes docs/load_testing_findings.md and docs/load/ from runs
npm run load -- compare --against URL   two servers in turn, the second one's key in AGAINST_API_KEY
  --host URL               the first one, where it runs already; else one is started
  --storage, --users N (50), --rounds N (5), --seconds N (20)`

export class UsageError extends Error {}

export interface ScenarioOptions {
  scenario: Scenario
  storage: Storage
  scales: { users: number; time: number; think: number }
  stopAfter?: number
  host?: string
  output?: string
  web: boolean
}

export function readScenarioOptions(args: readonly string[]): ScenarioOptions {
  const { values, positionals } = parse(args)
  const id = SCENARIO_IDS.find((each) => each === positionals[0])
  if (id === undefined || positionals.length > 1) throw new UsageError(`Which scenario? ${SCENARIO_IDS.join(', ')}`)
  const stopAfter = values['stop-after']
  return {
    scenario: SCENARIOS[id],
    storage: storageOf(values.storage),
    scales: {
      users: positive(values.scale, '--scale'),
      time: positive(values['time-scale'], '--time-scale'),
      think: values['think-scale'] === '0' ? 0 : positive(values['think-scale'], '--think-scale'),
    },
    ...(stopAfter === undefined ? {} : { stopAfter: positive(stopAfter, '--stop-after') }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.output === undefined ? {} : { output: values.output }),
    web: values.web,
  }
}

export interface CompareArguments {
  against: string
  host?: string
  storage: Storage
  users: number
  rounds: number
  seconds: number
}

export function readCompareOptions(args: readonly string[]): CompareArguments {
  const { values } = usage(() =>
    parseArgs({
      args: [...args],
      options: {
        against: { type: 'string' },
        host: { type: 'string' },
        storage: { type: 'string', default: 'redis' },
        users: { type: 'string', default: '50' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '20' },
      },
    }),
  )
  if (values.against === undefined) throw new UsageError('Against whom? --against URL')
  return {
    against: values.against,
    ...(values.host === undefined ? {} : { host: values.host }),
    storage: storageOf(values.storage),
    users: Math.round(positive(values.users, '--users')),
    rounds: Math.round(positive(values.rounds, '--rounds')),
    seconds: positive(values.seconds, '--seconds'),
  }
}

function storageOf(text: string): Storage {
  const storage = STORAGES.find((each) => each === text)
  if (storage === undefined) throw new UsageError(`--storage is one of ${STORAGES.join(', ')}`)
  return storage
}

function parse(args: readonly string[]) {
  const number = { type: 'string', default: '1' } as const
  return usage(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        storage: { type: 'string', default: 'redis' },
        scale: number,
        'time-scale': number,
        'think-scale': number,
        'stop-after': { type: 'string' },
        host: { type: 'string' },
        output: { type: 'string' },
        web: { type: 'boolean', default: false },
      },
    }),
  )
}

/** What it throws is a usage error. */
function usage<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function positive(text: string, name: string): number {
  const value = Number(text)
  if (!(value > 0 && value < 1e6)) throw new UsageError(`${name} must be a number above 0`)
  return value
}
