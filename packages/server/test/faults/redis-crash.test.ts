/**
 * Four processes over one Redis, killed and frozen at random moments while sessions run over real agents that misbehave;
 * Redis is killed too, and comes back with what it had written (issue 4). `npm run test:redis-crash` runs the full form: 500
 * sessions, two minutes of kills. The seed is printed with every failure; `CRASH_SEED` sets it.
 */
import { expect, it } from 'vitest'
import { storedBreaches, wireBreaches } from './crash-checks.ts'
import { crashRun } from './crash-run.ts'

const { CRASH_SEED, CRASH_SESSIONS = '30', CRASH_KILLS = '5' } = process.env
const SESSIONS = Number(CRASH_SESSIONS)
const KILLS = Number(CRASH_KILLS)
/** What a killed process has left undone is found by a sweep: every 15 s, what is older than 30 s. */
const SETTLED = { timeout: 90_000, interval: 1_000 }

it(`${SESSIONS} sessions over four processes and one Redis end as their agents had it, with ${KILLS} kills on the way`, async () => {
  const seed = CRASH_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(CRASH_SEED)
  await using run = await crashRun({ seed, sessions: SESSIONS, kills: KILLS, signal: 'SIGKILL', through: 'redis' })
  await expect.poll(() => wireBreaches(run), { ...SETTLED, message: `seed ${seed}` }).toEqual([])
  await expect.poll(() => storedBreaches(run), { ...SETTLED, message: `seed ${seed}` }).toEqual([])
  const exits = await run.topology.end()
  expect(await storedBreaches(run), `seed ${seed}`).toEqual([])
  expect(exits, `seed ${seed}`).toEqual([0, 0, 0, 0])
})
