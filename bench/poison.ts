/**
 * Does anybody who sends a definition made to hurt hold up everybody else?
 *
 * Each definition of the fault catalogue F is stored over HTTP (`PUT …/workflow/{id}`), one at a time, in turn, `rounds`
 * times after a warm-up. The answer is timed from the first byte sent to the last one received; in the server the longest
 * time for which its event loop was held is taken for each, and what CPU it used. Beside them definitions
 * that are as large as they may be and meant well: they must not hold the loop either.
 */
import { Pool } from 'undici'
import type { Options } from './harness/options.ts'
import { exactCpu } from './harness/process-usage.ts'
import { formatNumber, formatSpread, present, type Report } from './harness/report.ts'
import type { ChildServer } from './harness/servers/child-server.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { type Spread, spreadOf } from './harness/statistics.ts'
import { ID, LARGE, MISTYPED, NAME, POISON, type SentDefinition } from './harness/work/poison-definitions.ts'

const WARM_UP = 2
/** Of an answer, and of the event loop; milliseconds. */
const TARGET = 50

interface Answer {
  status: number
  /** Milliseconds, as is `hold`. */
  answer: number
  hold: number
  /** Of the whole server, which says what a machine would take that has nothing else to do. */
  cpu: number
}

interface Measured extends SentDefinition {
  status: number
  answer: Spread
  hold: Spread
  cpu: Spread
}

export async function measurePoison({ rounds }: Options): Promise<Report> {
  using folder = createDataFolder()
  await using opsCore = await startOpsCoreServer(folder.path)
  await using resources = new AsyncDisposableStack()
  const pool = resources.adopt(new Pool(opsCore.url, { connections: 1 }), (each) => each.close())
  const measured: Measured[] = []
  for (let round = 0; round < WARM_UP; round += 1) {
    for (const sent of [...POISON, ...LARGE]) await send(opsCore, pool, sent)
  }
  for (const sent of [...POISON, ...LARGE]) {
    const answers: Answer[] = []
    for (let round = 0; round < rounds; round += 1) answers.push(await send(opsCore, pool, sent))
    measured.push({
      ...sent,
      status: answers[0]?.status ?? 0,
      answer: spreadOf(answers.map(({ answer }) => answer)),
      hold: spreadOf(answers.map(({ hold }) => hold)),
      cpu: spreadOf(answers.map(({ cpu }) => cpu)),
    })
  }
  return reportOf(measured)
}

function reportOf(measured: readonly Measured[]): Report {
  const poison = measured.slice(0, POISON.length)
  const slowest = poison.reduce((worst, each) => (each.answer.median > worst.answer.median ? each : worst))
  const longest = measured.reduce((worst, each) => (each.hold.median > worst.hold.median ? each : worst))
  return {
    name: 'Definitions made to hurt',
    tables: [
      {
        columns: ['definition', 'format', 'KiB', 'answered', 'after ms', 'event loop held ms', 'CPU ms'],
        rows: measured.map(({ name, format, text, status, answer, hold, cpu }) => [
          name,
          format,
          formatNumber(text.length / 1024),
          String(status),
          formatSpread(answer, 1),
          formatSpread(hold, 1),
          formatSpread(cpu, 1),
        ]),
      },
    ],
    verdicts: [
      {
        target: `each refused within ${TARGET} ms`,
        reached: `${formatSpread(slowest.answer, 1)} ms for ${slowest.name} (${slowest.format})`,
        met: slowest.answer.median <= TARGET,
      },
      {
        target: `the event loop never held for more than ${TARGET} ms, by large ones that are meant well neither`,
        reached: `${formatSpread(longest.hold, 1)} ms by ${longest.name} (${longest.format})`,
        met: longest.hold.median <= TARGET,
      },
    ],
    measured: { definitions: measured.map(({ text, ...rest }) => ({ ...rest, bytes: text.length })) },
  }
}

let sends = 0

async function send(opsCore: ChildServer, pool: Pool, { name, format, text }: SentDefinition): Promise<Answer> {
  // Content that is known already would not be written again.
  sends += 1
  const body = Buffer.from(text.replace(NAME, `Large, ${sends}`))
  await opsCore.longestHold()
  const worked = exactCpu(opsCore.pid)
  const start = performance.now()
  const answered = await pool.request({
    method: 'PUT',
    path: `/v1/opscore/workflow/${ID}`,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': `application/${format}` },
    body,
  })
  const said = await answered.body.text()
  const answer = performance.now() - start
  const isTaken = answered.statusCode === 200 || answered.statusCode === 201
  const isMeant = isTaken === (text.includes(NAME) && name !== MISTYPED)
  const isRefused = answered.statusCode >= 400 && answered.statusCode < 500
  if (!isMeant || !(isTaken || isRefused))
    throw new Error(`${name} (${format}) was answered ${answered.statusCode}: ${said}`)
  const cpu = exactCpu(opsCore.pid) - worked
  return { status: answered.statusCode, answer, cpu, hold: await opsCore.longestHold() }
}

if (import.meta.main) await present([measurePoison])
