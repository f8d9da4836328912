import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { reportPage } from '../page/report-page.ts'
import { trendOf } from '../report/resource-figures.ts'
import { type RunFiles, readRun } from '../report/run-files.ts'
import type { RunSummary } from '../report/run-summary.ts'
import { summarise } from '../report/summary.ts'
import { sampleAt, writeRun } from './run-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'opscore-load-summary-'))
afterAll(() => rmSync(folder, { recursive: true }))

let runs = 0
async function summaryOf(change: Partial<RunFiles> = {}): Promise<RunSummary> {
  runs += 1
  return summarise(await readRun(writeRun(join(folder, String(runs)), change)))
}

const plain = await summaryOf()
const START = plain.planned.startedAt
const about = (scenario: RunSummary['scenario']) => ({ ...plain.surroundings, scenario, storage: 'redis' as const })
const verdict = (summary: RunSummary, what: string) => summary.checks.find((check) => check.what.includes(what))

test('the peak is what comes after the ramp', () => {
  const [whole, peak] = [plain.whole, plain.peak].map((rows) => rows.find(({ endpoint }) => endpoint === 'all'))
  expect(whole?.count).toBe(600)
  expect(peak?.count).toBe(400)
  expect(peak?.perSecond).toBe(10)
  expect(peak?.average).toBe(11.7)
  expect(peak?.median).toBe(2)
  expect(peak?.p99).toBe(100)
})

test('a failed request fails the run, and is said without the ids that differ', async () => {
  const requests = [
    { t: START + 30, endpoint: 'POST /x', count: 2, failed: 2, total: 4, longest: 2, buckets: { 35: 2 } },
  ]
  const failures = ['01a22fb0-004d-76f9-acbd-93e882fdb0c1', '01a22fb0-005e-7060-a6fd-47c0b4bd237e'].map((id) => ({
    t: START + 30,
    endpoint: 'POST /x',
    error: `404, not 202: Agent not found: ${id}`,
  }))
  const summary = await summaryOf({ requests, failures })
  expect(verdict(summary, 'No request failed')).toMatchObject({ holds: false, figures: '2 of 2' })
  expect(summary.failures).toEqual([{ endpoint: 'POST /x', error: '404, not 202: Agent not found: …', count: 2 }])
})

test('a warning under load fails the run, one at the start does not', async () => {
  const warning = { process: 'opscore', level: 'warn' as const, message: 'So it is', count: 1, example: '' }
  const early = await summaryOf({ warnings: [{ ...warning, phase: 'start' }] })
  expect(verdict(early, 'No log')?.holds).toBe(true)
  const late = await summaryOf({ warnings: [{ ...warning, phase: 'load' }] })
  expect(verdict(late, 'No log')?.holds).toBe(false)
})

test('a session that is open, missing or failed fails the run', async () => {
  const followed = [
    { sessionId: 'a', status: 'completed', duration: 500 },
    { sessionId: 'b', status: 'running', waitsFor: 'a place' },
    { sessionId: 'c', status: 'missing' },
  ]
  const summary = await summaryOf({ about: about('2'), sessions: { started: 3, followed } })
  expect(verdict(summary, 'Every session')).toMatchObject({ holds: false, figures: '1 of 3 completed' })
  expect(summary.sessions).toMatchObject({ open: 1, waitsFor: ['a place'], duration: { median: 500 } })
})

test('scenario 1 asks for a p99 under 50 ms', () => {
  expect(verdict(plain, 'p99')).toMatchObject({ holds: false, figures: '100 ms' })
})

describe('the trend of memory', () => {
  const noisy = (rise: number) =>
    Array.from({ length: 900 }, (_, index) => 100 + (index % 2) * 4 + (rise * index) / 899)

  test('is what the line that fits it best rises by', () => {
    expect(trendOf(noisy(50)).rise).toBeCloseTo(50, 0)
    expect(trendOf(noisy(0)).rise).toBeCloseTo(0, 0)
    expect(trendOf(noisy(0)).noise).toBeCloseTo(2)
  })

  test.each([
    { grows: 0, holds: true },
    { grows: 20e6, holds: false },
  ])('that grows by $grows bytes in half an hour: $holds', async ({ grows, holds }) => {
    // What is collected now and then is no growth.
    const samples = Array.from({ length: 900 }, (_, index) => {
      const sample = sampleAt(START + 2 * index)
      if (sample.opsCore) sample.opsCore.heap = 40e6 + (grows * index) / 900 + (index % 30) * 1e6
      return sample
    })
    const planned = { ...plain.planned, rampSeconds: 0, peakSeconds: 1800 }
    const requests = [
      { t: START + 1799, endpoint: 'GET /x', count: 1, failed: 0, total: 1, longest: 1, buckets: { 0: 1 } },
    ]
    const summary = await summaryOf({ about: about('3'), planned, samples, requests })
    expect(verdict(summary, 'heap holds stood still')?.holds).toBe(holds)
  })
})

describe('a stress test', () => {
  const stage = (from: number, rate: number, average: number) =>
    Array.from({ length: 20 }, (_, second) => ({
      t: START + from + second,
      endpoint: 'POST /v1/opscore/agent/[id]/state',
      count: rate,
      failed: 0,
      total: rate * average,
      longest: average,
      buckets: { 200: rate },
    }))
  const stress = (cpu: Readonly<Record<string, number>>) =>
    summaryOf({
      about: about('climb'),
      planned: { startedAt: START, scale: 1, timeScale: 1, thinkScale: 1, stepSeconds: 20, stopAfter: 600 },
      requests: [...stage(0, 100, 20), ...stage(20, 180, 40), ...stage(40, 170, 90)],
      stages: [0, 20, 40].map((at, index) => ({ t: START + at, users: 25 << index })),
      samples: Array.from({ length: 30 }, (_, index) => ({ ...sampleAt(START + 2 * index, cpu), machine: 0.99 })),
      stop: { t: START + 60, reason: 'POST /x took 2100 ms on average', broke: true },
    })

  test('says at which step most was answered', async () => {
    const { gave, stages } = await stress({ opscore: 0.5, locust: 0.4 })
    expect(stages.map(({ users, perSecond }) => [users, perSecond])).toEqual([
      [25, 100],
      [50, 180],
      [100, 170],
    ])
    expect(gave?.best).toEqual({ users: 50, perSecond: 180, average: 40 })
  })

  test.each<{ cpu: Readonly<Record<string, number>>; gave: RegExp }>([
    { cpu: { opscore: 0.5, locust: 0.97 }, gave: /^The load generator gave: each of its processes used a core/ },
    { cpu: { opscore: 0.99, locust: 0.4 }, gave: /^Ops-Core gave: its busiest thread used a core/ },
    { cpu: { opscore: 0.7, locust: 0.7, redis: 0.2 }, gave: /^The machine gave: all 2 processors .*Redis 0\.20/ },
  ])('says that what gave was $gave', async ({ cpu, gave }) => {
    expect((await stress(cpu)).gave?.text).toMatch(gave)
  })

  test('has no checks of a peak, and a page with its steps', async () => {
    const summary = await stress({ opscore: 0.5 })
    const page = reportPage(summary)
    expect(page).toContain('<h2>Steps</h2>')
    expect(page).toContain('It broke:</b> POST /x took 2100 ms on average')
  })
})

test('text from outside cannot leave its place in the page', async () => {
  const failures = [{ t: START, endpoint: 'POST /x', error: '<script>alert("x")</script>' }]
  const page = reportPage(await summaryOf({ failures }))
  expect(page).not.toContain('<script>alert')
  expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;')
})

test('a run that did not come to its end is no run to write of', async () => {
  await expect(readRun(folder)).rejects.toThrow('holds no run that came to its end')
})
