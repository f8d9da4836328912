import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartsOf } from '../page/charts.ts'
import { lineChart } from '../page/line-chart.ts'
import { chooseRuns, keyOf, placesIn, readSummaries } from './choose-runs.ts'
import { findingsDocument, SHOWN } from './findings-document.ts'

export interface FindingsOptions {
  /** `docs/` of the checkout. */
  docs: string
  /** Folders of runs; what they lack is taken from what `docs/load` has. */
  runs: readonly string[]
}

/** Writes docs/load_testing_findings.md, and into docs/load the summaries and charts it shows. Returns what it wrote of. */
export function writeFindings({ docs, runs: places }: FindingsOptions): string[] {
  const folder = join(docs, 'load')
  const kept = placesIn(folder).filter((place) => place.endsWith('.json'))
  const runs = chooseRuns(readSummaries([...kept, ...places]))
  mkdirSync(folder, { recursive: true })
  for (const place of placesIn(folder).filter((each) => /\.(json|svg)$/.test(each))) rmSync(place)
  for (const run of runs) {
    writeFileSync(join(folder, `${keyOf(run)}.json`), `${JSON.stringify(run)}\n`)
    for (const [name, chart] of Object.entries(chartsOf(run))) {
      if (!SHOWN.includes(name)) continue
      writeFileSync(join(folder, `${keyOf(run)}-${name}.svg`), `${lineChart(chart, { alone: true })}\n`)
    }
  }
  const notes = join(folder, 'notes.md')
  const text = existsSync(notes) ? readFileSync(notes, 'utf8') : ''
  writeFileSync(join(docs, 'load_testing_findings.md'), findingsDocument(runs, text))
  return runs.map(keyOf)
}
