/** Against a server that somebody else started: nothing of it is watched, started or stopped. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunSummary } from '../../report/run-summary.ts'
import { type Stand, startStand } from '../../stand/start-stand.ts'
import { runLoad } from '../run-load.ts'

const folder = mkdtempSync(join(tmpdir(), 'opscore-load-host-'))
let server: Stand

beforeAll(async () => {
  server = await startStand({
    scenario: { startsWorkflows: true, liftsLimits: true },
    storage: 'sqlite',
    data: join(folder, 'server'),
    logs: folder,
    signal: AbortSignal.timeout(60_000),
  })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

test('a scenario runs against a server that runs already, and leaves it running', async () => {
  const output = join(folder, 'run')
  const short = ['--scale', '0.1', '--time-scale', '0.004', '--think-scale', '0.1']
  const { code, stderr } = await runLoad(['3', '--host', server.url, '--output', output, ...short], {
    env: { OPSCORE_API_KEY: server.apiKey },
  })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const summary: RunSummary = JSON.parse(readFileSync(join(output, 'summary.json'), 'utf8'))
  expect(summary).toMatchObject({ host: server.url, resources: [], failures: [] })
  expect(summary.sessions.statuses).toEqual({ completed: summary.sessions.started })
  expect(existsSync(join(output, 'data'))).toBe(false)
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})

test('with a wrong key every request fails, and the run says so', async () => {
  const output = join(folder, 'wrong-key')
  const { code, stdout } = await runLoad(
    ['1', '--host', server.url, '--output', output, '--scale', '0.01', '--time-scale', '0.002'],
    {
      env: { OPSCORE_API_KEY: 'ops_wrong' },
    },
  )
  expect(code).toBe(1)
  expect(stdout).toContain('FAIL  No request failed')
  const summary: RunSummary = JSON.parse(readFileSync(join(output, 'summary.json'), 'utf8'))
  expect(summary.failures[0]?.error).toMatch(/^401, not 200: /)
})

test('two servers are asked the same in turn, and set beside each other', async () => {
  const args = [
    'compare',
    '--host',
    server.url,
    '--against',
    server.url,
    '--users',
    '4',
    '--rounds',
    '2',
    '--seconds',
    '2',
  ]
  const { code, stdout, stderr } = await runLoad(args, {
    env: { OPSCORE_API_KEY: server.apiKey, AGAINST_API_KEY: server.apiKey },
  })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const order = stderr.split('\n').flatMap((line) => /^(\d) {2}(\w+): /.exec(line)?.slice(1, 3).join(' ') ?? [])
  expect(order).toEqual(['1 this', '1 against', '2 against', '2 this'])
  expect(stdout).toMatch(/^all +requests a second +\d+(\.\d+)? +\d+(\.\d+)? +\d+\.\d\d /m)
  expect(stdout).toMatch(/^POST \/v1\/opscore\/agent\/\[id\]\/state +failed +0 +0$/m)
})
