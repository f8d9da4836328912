/**
 * Ops-Core as a real process, killed at random moments while sessions run over real agents that misbehave (issue 2, "What
 * it must show"). `npm run test:crash` runs the full form: 200 sessions and 20 kills. The seed is printed with every
 * failure; `CRASH_SEED` sets it. A seed fixes what agents do and when kills come, not how the machine schedules them.
 */
import { describe, expect, it } from 'vitest'
import { storedBreaches, wireBreaches } from './crash-checks.ts'
import { type CrashOptions, crashRun } from './crash-run.ts'

const { CRASH_SEED, CRASH_SESSIONS = '40', CRASH_KILLS = '3' } = process.env
const SESSIONS = Number(CRASH_SESSIONS)
const KILLS = Number(CRASH_KILLS)

const VARIANTS = [
  { signal: 'SIGKILL', through: 'direct', sessions: SESSIONS, kills: KILLS },
  { signal: 'SIGKILL', through: 'agentkit', sessions: Math.ceil(SESSIONS / 2), kills: Math.ceil(KILLS / 2) },
  { signal: 'SIGTERM', through: 'direct', sessions: Math.ceil(SESSIONS / 2), kills: Math.ceil(KILLS / 3) },
] satisfies Omit<CrashOptions, 'seed'>[]

describe.each(VARIANTS)('$sessions sessions ($through), with $kills times $signal', (variant) => {
  it('all end as their agents had it, with nothing acknowledged lost and nothing counted twice', async () => {
    const seed = CRASH_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(CRASH_SEED)
    await using run = await crashRun({ ...variant, seed })
    await expect.poll(() => wireBreaches(run), { timeout: 20_000, interval: 500, message: `seed ${seed}` }).toEqual([])
    const exits = [...run.exits, ...(await run.topology.end())]
    expect(await storedBreaches(run), `seed ${seed}`).toEqual([])
    expect(
      exits.slice(variant.signal === 'SIGTERM' ? 0 : -1).every((code) => code === 0),
      `seed ${seed}: ${exits}`,
    ).toBe(true)
  })
})
