/**
 * What do sessions cost that wait for a signal, a time or a person?
 *
 * 100,000 sessions, a third of each. Counted are the heap and the resident memory that each leaves in Ops-Core, after
 * garbage collection, against the same server after 1,000 of each; the CPU of all its threads while nothing moves, beside
 * that of the same server before it had any session; and the seconds from the start of a process until it listens, after a
 * kill, round by round, beside a start on an empty folder. After the last start a signal and a decision must each
 * end a session.
 */
import { wait } from '@opscore/contract/time'
import type { Options } from './harness/options.ts'
import { exactCpu } from './harness/process-usage.ts'
import { formatNumber, formatSpread, present, type Report } from './harness/report.ts'
import type { ChildServer, Memory } from './harness/servers/child-server.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { spreadOf } from './harness/statistics.ts'
import { type ApiCalls, agentIdOf, connectApi, detailsOf, inParallel, registerAgents } from './harness/work/fleet.ts'

const WARM_UP = 3_000
const SESSIONS = 100_000
/** While nothing moves, and before it, in milliseconds. */
const STILL = 12_000
const SETTLE = 10_000
const TARGET = { share: 0.01, bytes: 300, seconds: 3 }

const KINDS = [
  { id: 'for-a-signal', task: { kind: 'wait', signal: 'mail', timeout: '3d' } },
  { id: 'for-a-time', task: { kind: 'wait', for: '3d' } },
  { id: 'for-a-person', task: { kind: 'approval', title: 'Refund ${{ input.amount }}?', timeout: '3d' } },
]

export async function measureWaitingKinds({ rounds }: Options): Promise<Report> {
  using folder = createDataFolder()
  const still = await measureStill(folder.path)
  const starts = await measureStarts(folder.path, rounds)
  const share = (value: number) => `${formatNumber(value * 100, 2)} %`
  const full = spreadOf(starts.full)
  return {
    name: `${formatNumber(SESSIONS)} sessions that wait for a signal, a time or a person`,
    tables: [
      {
        columns: ['', 'no session', `${formatNumber(SESSIONS)} waiting`],
        rows: [
          ['CPU while nothing moves, of one core', share(still.empty), share(still.waiting)],
          ['heap, bytes a session', '', formatNumber(still.heap)],
          ['resident, bytes a session', '', formatNumber(still.resident)],
          [
            'from the start of the process until it listens, s',
            formatSpread(spreadOf(starts.empty)),
            formatSpread(full),
          ],
        ],
      },
    ],
    verdicts: [
      {
        target: `less than ${share(TARGET.share)} of one core while nothing moves`,
        reached: share(still.waiting),
        met: still.waiting < TARGET.share,
      },
      {
        target: `at most ${TARGET.bytes} bytes of heap each`,
        reached: formatNumber(still.heap),
        met: still.heap <= TARGET.bytes,
      },
      {
        target: `ready in at most ${TARGET.seconds} s after a crash`,
        reached: `${formatSpread(full)} s`,
        met: full.median <= TARGET.seconds,
      },
    ],
    measured: { still, starts },
  }
}

/** Leaves the sessions behind in the folder, and the server killed. */
async function measureStill(dataDir: string) {
  await using opsCore = await startOpsCoreServer(dataDir)
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  await registerAgents(api, { to: 1, details: (index) => detailsOf(index) })
  const empty = await shareWhileStill(opsCore)
  await begin(api, 0, WARM_UP)
  const before = await settledMemory(opsCore)
  await begin(api, WARM_UP, SESSIONS)
  const after = await settledMemory(opsCore)
  const waiting = await shareWhileStill(opsCore)
  await opsCore.kill()
  const each = (of: keyof Memory) => (after[of] - before[of]) / (SESSIONS - WARM_UP)
  return { empty, waiting, heap: each('heap'), resident: each('resident') }
}

/** Sessions from number `from` to just below `to`, each of the next kind. */
async function begin(api: ApiCalls, from: number, to: number): Promise<void> {
  await inParallel({ from, to }, (index) => {
    const kind = KINDS[index % KINDS.length]
    if (!kind) throw new Error('There are no kinds')
    const workflowDefinition = { id: kind.id, name: kind.id, tasks: [{ taskId: 'wait', name: 'wait', ...kind.task }] }
    const body = { workflowDefinition, initialPayload: { amount: index } }
    return api.post(`/v1/opscore/agent/${agentIdOf(0)}/workflow`, body, 202)
  })
}

async function settledMemory(opsCore: ChildServer): Promise<Memory> {
  await wait(SETTLE)
  return opsCore.memory()
}

async function shareWhileStill({ pid }: ChildServer): Promise<number> {
  await wait(SETTLE)
  const start = performance.now()
  const before = exactCpu(pid)
  await wait(STILL)
  return (exactCpu(pid) - before) / (performance.now() - start)
}

async function measureStarts(dataDir: string, rounds: number) {
  const starts: { empty: number[]; full: number[] } = { empty: [], full: [] }
  for (let round = 0; round < rounds; round += 1) {
    using fresh = createDataFolder()
    starts.empty.push(await secondsToStart(fresh.path, async () => {}))
    starts.full.push(await secondsToStart(dataDir, round === rounds - 1 ? checkItMoves : async () => {}))
  }
  return starts
}

async function secondsToStart(dataDir: string, then: (opsCore: ChildServer) => Promise<void>): Promise<number> {
  const start = performance.now()
  await using opsCore = await startOpsCoreServer(dataDir)
  const seconds = (performance.now() - start) / 1000
  await then(opsCore)
  await opsCore.kill()
  return seconds
}

/** A session that waits for a signal and one that waits for a person must end, though this process never saw them begin. */
async function checkItMoves(opsCore: ChildServer): Promise<void> {
  await using api: ApiCalls = connectApi({ url: opsCore.url, apiKey: API_KEY })
  const signalled = firstOf(await api.get('/v1/opscore/session?workflowId=for-a-signal&limit=1'), 'sessionId')
  await api.post(`/v1/opscore/session/${signalled}/signal`, { name: 'mail', payload: {} }, 202)
  const asked = firstOf(await api.get('/v1/opscore/approval?limit=1'), 'approvalId')
  await api.post(`/v1/opscore/approval/${asked}/decide`, { decision: 'approved' }, 200)
  for (const workflowId of ['for-a-signal', 'for-a-person']) {
    const ended = await api.get(`/v1/opscore/session?workflowId=${workflowId}&status=completed`)
    firstOf(ended, 'sessionId')
  }
}

function firstOf(page: unknown, field: string): string {
  const items: Record<string, string>[] =
    typeof page === 'object' && page !== null && 'items' in page && Array.isArray(page.items) ? page.items : []
  const value = items[0]?.[field]
  if (value === undefined) throw new Error(`There is no ${field} in ${JSON.stringify(page)}`)
  return value
}

if (import.meta.main) await present([measureWaitingKinds])
