import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFindings } from '../findings/write-findings.ts'
import { type RunFiles, readRun } from '../report/run-files.ts'
import { summarise } from '../report/summary.ts'
import { writeRun } from './run-folder.ts'

let folder: string
let docs: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opscore-load-findings-'))
  docs = join(folder, 'docs')
})
afterEach(() => rmSync(folder, { recursive: true }))

async function runOf(name: string, change: (plain: RunFiles) => Partial<RunFiles> = () => ({})): Promise<string> {
  const place = writeRun(join(folder, name))
  const plain = await readRun(place)
  writeRun(place, change(plain))
  writeFileSync(join(place, 'summary.json'), JSON.stringify(summarise(await readRun(place))))
  return place
}

const document = () => readFileSync(join(docs, 'load_testing_findings.md'), 'utf8')

test('the findings have each run’s figures, checks and charts, and what was written by hand', async () => {
  const runs = [await runOf('one'), await runOf('two', ({ about }) => ({ about: { ...about, storage: 'sqlite' } }))]
  mkdirSync(join(docs, 'load'), { recursive: true })
  writeFileSync(join(docs, 'load', 'notes.md'), '## What shared the machine\n\nNothing.\n')
  expect(writeFindings({ docs, runs })).toEqual(['1-redis', '1-sqlite'])
  const text = document()
  expect(text).toContain('## Scenario 1: high state update, on Redis')
  expect(text).toContain('## Scenario 1: high state update, on SQLite')
  expect(text).toContain('✓ No request failed: 0 of 600')
  expect(text).toContain('## What shared the machine')
  const images = [...text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, file = '']) => file)
  expect(images.length).toBeGreaterThanOrEqual(8)
  expect(images.filter((file) => !existsSync(join(docs, file)))).toEqual([])
})

test('of several runs of a scenario the newest of full length is written of', async () => {
  const later = ({ planned, about }: RunFiles, scale: number) => ({
    planned: { ...planned, startedAt: planned.startedAt + 1, scale },
    about: { ...about, commit: 'fedcba9876543210' },
  })
  const runs = [
    await runOf('first'),
    await runOf('second', (plain) => later(plain, 1)),
    await runOf('short', (plain) => ({ ...later(plain, 0.1), about: { ...plain.about, commit: 'short' } })),
  ]
  writeFindings({ docs, runs })
  expect(document()).toContain('commit fedcba987654.')
})

test('what was not run again is kept', async () => {
  const [redis, sqlite] = [
    await runOf('one'),
    await runOf('two', ({ about }) => ({ about: { ...about, storage: 'sqlite' } })),
  ]
  writeFindings({ docs, runs: [redis] })
  expect(writeFindings({ docs, runs: [sqlite] })).toEqual(['1-redis', '1-sqlite'])
})

test('without a run of full length there is nothing to write of', () => {
  expect(() => writeFindings({ docs, runs: [folder] })).toThrow('no run of full length')
})
