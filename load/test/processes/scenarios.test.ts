/** Scenarios 0 to 3, with fewer users and for seconds, as the command runs them: real Locust, Redis, Ops-Core and agents. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunSummary } from '../../report/run-summary.ts'
import { runLoad } from '../run-load.ts'

const SHORT = {
  '0': ['--time-scale', '0.03', '--think-scale', '0.2'],
  '1': ['--scale', '0.1', '--time-scale', '0.008', '--think-scale', '0.1'],
  '2': ['--scale', '0.2', '--time-scale', '0.009', '--think-scale', '0.05'],
  '3': ['--scale', '0.1', '--time-scale', '0.005', '--think-scale', '0.2'],
} as const

const folder = mkdtempSync(join(tmpdir(), 'opscore-load-'))
const output = (id: string, storage: string) => join(folder, `${id}-${storage}`)
const summaryOf = (id: string, storage: string): RunSummary =>
  JSON.parse(readFileSync(join(output(id, storage), 'summary.json'), 'utf8'))

const RUNS = [
  { id: '0', storage: 'redis' },
  { id: '1', storage: 'redis' },
  { id: '2', storage: 'sqlite' },
  { id: '3', storage: 'redis' },
] as const

const said = new Map<string, string>()

beforeAll(async () => {
  // One after the other: while a server starts beside it, another would be right to shed what can wait.
  for (const { id, storage } of RUNS) {
    const { stdout, stderr } = await runLoad([id, '--storage', storage, '--output', output(id, storage), ...SHORT[id]])
    said.set(id, stdout + stderr)
  }
}, 600_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(RUNS)('scenario $id on $storage', ({ id, storage }) => {
  test('answers every request and logs no warning under load', () => {
    expect(said.get(id)).toContain('ok    No request failed')
    const { checks, failures, warnings, whole } = summaryOf(id, storage)
    expect(failures).toEqual([])
    expect(warnings.filter(({ phase }) => phase === 'load')).toEqual([])
    expect(checks.slice(0, 2).map(({ holds }) => holds)).toEqual([true, true])
    expect(whole.find(({ endpoint }) => endpoint === 'all')?.count).toBeGreaterThan(10)
  })

  test('reaches the users that are asked for', () => {
    const { planned, series } = summaryOf(id, storage)
    const last = planned.users?.[1]
    expect(Math.max(...series.users.map((users) => users ?? 0))).toBe(last)
  })

  test('watches every process that it started', () => {
    const { resources, machine } = summaryOf(id, storage)
    const names = resources.map(({ process }) => process)
    const agents = id === '1' ? [] : ['agentkit', 'agent-1', 'agent-2', 'agent-3']
    expect(names.toSorted()).toEqual(
      [...(storage === 'redis' ? ['redis'] : []), 'opscore', 'locust', ...agents].toSorted(),
    )
    for (const { memory, descriptors } of resources) {
      expect(memory.most).toBeGreaterThan(1e6)
      expect(descriptors.most).toBeGreaterThan(3)
    }
    expect(machine?.delay).toBeDefined()
  })

  test('leaves one page that needs nothing else, Locust’s own tables, and no data', () => {
    const page = readFileSync(join(output(id, storage), 'report.html'), 'utf8')
    expect(page).not.toMatch(/(?:src|href)=/)
    expect(page).toContain('Response time, as users see it')
    for (const name of ['locust_stats.csv', 'locust_stats_history.csv', 'locust.html']) {
      expect(existsSync(join(output(id, storage), name))).toBe(true)
    }
    expect(existsSync(join(output(id, storage), 'data'))).toBe(false)
  })
})

test.each(RUNS.filter(({ id }) => id !== '1'))('every session of scenario $id completes', ({ id, storage }) => {
  const { sessions } = summaryOf(id, storage)
  expect(sessions.started).toBeGreaterThan(0)
  expect(sessions.statuses).toEqual({ completed: sessions.started })
})
