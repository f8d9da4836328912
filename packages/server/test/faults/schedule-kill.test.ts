/** A schedule whose process is killed again and again, at no moment of its choice. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ScheduleEntry, SessionSummary, SessionView } from '@opscore/contract'
import { startTimer } from '@opscore/contract/time'
import { freePort } from '@opscore/host'
import { expect, it, onTestFinished, vi } from 'vitest'
import { API_KEY, createApiClient } from './api-client.ts'
import { startProcess } from './serve-process.ts'

const LIVES = 4
const SECOND = 1_000
const IN_TIME = { timeout: 60_000, interval: 100 }
const SCHEDULE = '/v1/opscore/schedule/tick'
const agent = { agentId: 'a', agentName: 'a', version: '1', capabilities: [], contactEndpoint: 'http://127.0.0.1:9' }

it('every time of a schedule has one session, and none is lost, however often its process is killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-schedule-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const env = { OPSCORE_API_KEY: API_KEY }
  await using server = await startProcess('serve', { port: await freePort(), dataDir, env })
  const api = createApiClient(() => server.url)
  await api.insist('POST', '/v1/opscore/internal/agent/notify', { event_type: 'REGISTER', agent_details: agent })
  await api.insist('PUT', '/v1/opscore/workflow/w', { id: 'w', name: 'W', tasks: [{ taskId: 'one' }] })
  const schedule = { workflowId: 'w', agentId: 'a', interval: '1s', overlap: 'allow' }
  expect((await api.insist('PUT', SCHEDULE, schedule)).status).toBe(201)

  const fired = async () => (await api.all<ScheduleEntry>(`${SCHEDULE}/history`)).reverse()
  for (let life = 1; life <= LIVES; life += 1) {
    await vi.waitFor(async () => expect((await fired()).length).toBeGreaterThanOrEqual(2 * life), IN_TIME)
    // Not at the same place of each second.
    await new Promise<void>((resolve) => startTimer((life * 137) % SECOND, resolve))
    await server.end('SIGKILL')
    await server.start()
  }
  await api.insist('POST', `${SCHEDULE}/pause`, {})
  const sessionsOf = () => api.all<SessionSummary>('/v1/opscore/session')
  // One may have begun just before the pause.
  await vi.waitFor(async () => expect((await sessionsOf()).length).toBe((await fired()).length), IN_TIME)
  const entries = await fired()
  const times = entries.map(({ nominalAt }) => Date.parse(nominalAt ?? ''))
  expect(new Set(entries.map(({ outcome }) => outcome))).toEqual(new Set(['fired']))
  expect(times).toEqual(times.map((_, index) => (times[0] ?? 0) + index * SECOND))
  const sessions = await sessionsOf()
  const begun = await Promise.all(
    sessions.map(({ sessionId }) => api.get<SessionView>(`/v1/opscore/session/${sessionId}`)),
  )
  const nominal = begun.map(({ metadata }) => JSON.stringify(metadata.schedule))
  expect(new Set(nominal).size).toBe(nominal.length)
  expect(sessions.length).toBe(entries.length)
})
