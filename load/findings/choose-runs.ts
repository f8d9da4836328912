import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCENARIO_IDS } from '../plan.ts'
import type { RunSummary } from '../report/run-summary.ts'

/** Summaries in the folders of runs, and in files. */
export function readSummaries(places: readonly string[]): RunSummary[] {
  return places.flatMap((place) => {
    const file = place.endsWith('.json') ? place : join(place, 'summary.json')
    if (!existsSync(file)) return []
    const summary: RunSummary = JSON.parse(readFileSync(file, 'utf8'))
    return [summary]
  })
}

/** The places in a folder that may hold one. */
export function placesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
}

/** For each scenario and storage the run of full length that is newest, in the plan's order. */
export function chooseRuns(summaries: readonly RunSummary[]): RunSummary[] {
  const full = summaries.filter(({ planned, host }) => !host && planned.scale === 1 && planned.timeScale === 1)
  const newest = new Map<string, RunSummary>()
  for (const summary of full) {
    const before = newest.get(keyOf(summary))
    if (!before || before.planned.startedAt < summary.planned.startedAt) newest.set(keyOf(summary), summary)
  }
  const place = ({ scenario, storage }: RunSummary) =>
    SCENARIO_IDS.indexOf(scenario) * 2 + (storage === 'redis' ? 0 : 1)
  return [...newest.values()].sort((a, b) => place(a) - place(b))
}

/** The name of its files in docs/load, without an ending. */
export const keyOf = ({ scenario, storage }: RunSummary): string => `${scenario}-${storage}`
